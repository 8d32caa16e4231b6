namespace Aleph.Actors;

/// <summary>What a TLS server asks of its clients.</summary>
public enum ClientCertificateMode
{
    /// <summary>No certificate is asked for.</summary>
    None,

    /// <summary>One is asked for; a client without one is welcome, one with a bad one is not.</summary>
    Optional,

    /// <summary>A client without a good certificate is refused.</summary>
    Required,
}
