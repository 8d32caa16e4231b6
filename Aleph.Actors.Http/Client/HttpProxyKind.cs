namespace Aleph.Actors.Http;

/// <summary>What a proxy speaks.</summary>
public enum HttpProxyKind
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>HTTP: forwards, or tunnels by CONNECT.</summary>
    Http,

    /// <summary>The same over TLS.</summary>
    Https,

    /// <summary>SOCKS 4, by address.</summary>
    Socks4,

    /// <summary>SOCKS 4a, by name.</summary>
    Socks4a,

    /// <summary>SOCKS 5 (RFC 1928), by name, with a password where one is given (RFC 1929).</summary>
    Socks5,
}
