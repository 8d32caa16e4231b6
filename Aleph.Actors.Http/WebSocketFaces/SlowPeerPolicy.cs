namespace Aleph.Actors.Http;

/// <summary>What a <see cref="WebSocketBroadcast"/> does to a peer that has too much waiting.</summary>
public enum SlowPeerPolicy
{
    /// <summary>It misses this message, and stays.</summary>
    Skip,

    /// <summary>It is closed with 1013 (try again later) once what waits has been sent, and removed.</summary>
    Close,

    /// <summary>Its connection is reset, and it is removed.</summary>
    Drop,
}
