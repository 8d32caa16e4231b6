namespace Aleph.Actors;

/// <summary>Where a connection stands, as <see cref="ServerProtocol.ConnectionStateChanged"/> tells.</summary>
public enum ConnectionState
{
    /// <summary>A layer below its protocol opens: a TLS handshake or a PROXY header is under way.</summary>
    Opening,

    /// <summary>Its protocol runs.</summary>
    Open,

    /// <summary>The server drains: what is under way is finished, nothing new begins.</summary>
    Draining,

    /// <summary>All was said; what is buffered still leaves.</summary>
    Closing,
}
