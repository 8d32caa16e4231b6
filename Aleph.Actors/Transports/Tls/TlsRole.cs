namespace Aleph.Actors.Transports.Tls;

/// <summary>What one side of TLS brings to its handshakes: a server's or a client's. Shared by connections; any
/// thread.</summary>
internal abstract class TlsRole
{
    public abstract bool IsServer { get; }

    /// <summary>How long a handshake may take; null for no limit.</summary>
    public abstract TimeSpan? HandshakeTimeout { get; }

    /// <summary>Does the handshake, on the pool.</summary>
    public abstract Task AuthenticateAsync(TlsStream stream);
}
