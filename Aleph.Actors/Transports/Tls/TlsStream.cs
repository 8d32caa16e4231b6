using System.Net.Security;

namespace Aleph.Actors.Transports.Tls;

/// <summary>
/// The runtime's TLS over a <see cref="TlsWire"/>, and what the check of the peer's certificate found.
/// </summary>
internal sealed class TlsStream(TlsWire wire) : SslStream(wire, leaveInnerStreamOpen: true)
{
    /// <summary>Why the peer's certificate was refused; null while it was not.</summary>
    public TlsException? CertificateFault { get; set; }
}
