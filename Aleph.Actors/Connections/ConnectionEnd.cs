namespace Aleph.Actors;

/// <summary>Why a connection ended.</summary>
public enum ConnectionEndReason
{
    /// <summary>All was said and both sides are done.</summary>
    Completed,

    /// <summary>The peer closed in the middle of something.</summary>
    PeerClosed,

    /// <summary>The peer reset the connection.</summary>
    ConnectionReset,

    /// <summary>Another input or output error.</summary>
    IoError,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolError,

    /// <summary>
    /// A TLS handshake or a PROXY header failed: the connection never opened, or TLS was to begin in its midst, or,
    /// with TLS 1.3, one side had finished and the other then refused its certificate.
    /// </summary>
    HandshakeFailed,

    /// <summary>A time limit passed: idle, headers, data rate, stall, linger.</summary>
    Timeout,

    /// <summary>A size or count limit was passed.</summary>
    LimitExceeded,

    /// <summary>The application aborted it.</summary>
    AbortedByApplication,

    /// <summary>The server drained, and the connection had nothing under way or finished it.</summary>
    Drained,

    /// <summary>The drain deadline passed before the connection was done.</summary>
    DrainTimeout,

    /// <summary>The actor was stopped.</summary>
    Stopped,

    /// <summary>A bug: an exception left the protocol or the transport.</summary>
    Failed,
}

/// <summary>The end of a connection: a reason, and a detail for logs that never goes to the peer.</summary>
/// <param name="Reason">The class of end.</param>
/// <param name="Detail">What exactly, for a log line; null when the reason says all.</param>
public sealed record ConnectionEnd(ConnectionEndReason Reason, string? Detail = null)
{
    /// <summary>What caused it, for whoever asked for the connection; null where there is no exception.</summary>
    public Exception? Cause { get; init; }

    /// <summary>All was said and both sides are done.</summary>
    public static ConnectionEnd Completed { get; } = new(ConnectionEndReason.Completed);

    /// <summary>The server drained.</summary>
    public static ConnectionEnd Drained { get; } = new(ConnectionEndReason.Drained);

    /// <summary>The actor was stopped.</summary>
    public static ConnectionEnd Stopped { get; } = new(ConnectionEndReason.Stopped);
}
