namespace Aleph.Actors.Http.WebSockets;

/// <summary>How much a peer may send in one piece. What is beyond closes the connection with 1009.</summary>
internal sealed record WebSocketLimits
{
    public static WebSocketLimits Default { get; } = new();

    /// <summary>The longest payload of one frame, in octets.</summary>
    public long MaxFrameSize { get; init; } = long.MaxValue;

    /// <summary>The longest message in octets, after decompression.</summary>
    public long MaxMessageSize { get; init; } = 1024 * 1024;

    /// <summary>The most frames of one message.</summary>
    public int MaxFragments { get; init; } = 64 * 1024;
}
