namespace Aleph.Actors;

/// <summary>Why a TLS handshake failed.</summary>
public enum TlsFailure
{
    /// <summary>None of the others; the message and the inner exception tell.</summary>
    Other,

    /// <summary>The peer's certificate leads to no trusted root, or is not good for its purpose.</summary>
    UntrustedCertificate,

    /// <summary>The peer's certificate is of another name.</summary>
    NameMismatch,

    /// <summary>The peer's certificate, or one above it, has expired or is not valid yet.</summary>
    Expired,

    /// <summary>The peer's certificate, or one above it, was revoked, or that could not be told.</summary>
    Revoked,

    /// <summary>The peer showed no certificate, and needs one.</summary>
    NoCertificate,

    /// <summary>The two sides have no application protocol (ALPN) in common.</summary>
    NoCommonApplicationProtocol,

    /// <summary>The peer refused with an alert; the message names it.</summary>
    PeerAlert,

    /// <summary>The peer closed or reset the connection in the middle.</summary>
    PeerClosed,

    /// <summary>The peer does not speak TLS.</summary>
    NotTls,

    /// <summary>The peer sent a message larger than any that is needed.</summary>
    TooLarge,

    /// <summary>The handshake timeout passed.</summary>
    Timeout,
}
