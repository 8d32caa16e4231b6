using System.Net;

namespace Aleph.Actors;

/// <summary>Who is connected to whom. One per connection, immutable, safe to keep.</summary>
/// <param name="Id">Unique within its server, ascending from 1.</param>
/// <param name="LocalEndPoint">This side's address, or null where the transport has none.</param>
/// <param name="RemoteEndPoint">The peer's address, or null where the transport has none.</param>
public sealed record ConnectionInfo(long Id, EndPoint? LocalEndPoint, EndPoint? RemoteEndPoint)
{
    /// <summary>What the TLS handshake agreed on; null without TLS.</summary>
    public TlsSession? Tls { get; init; }

    /// <summary>
    /// What a proxy in front said of the connection; null without one. The addresses are the ones it named, where it
    /// named any.
    /// </summary>
    public ProxyHeader? Proxy { get; init; }
}
