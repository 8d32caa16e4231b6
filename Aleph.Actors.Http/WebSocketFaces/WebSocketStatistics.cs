namespace Aleph.Actors.Http;

/// <summary>What one WebSocket, or all of a server, have done so far. Immutable; safe to keep.</summary>
public sealed record WebSocketStatistics
{
    /// <summary>Messages that came whole.</summary>
    public long MessagesReceived { get; init; }

    /// <summary>Messages that were written to their end.</summary>
    public long MessagesSent { get; init; }

    /// <summary>Bytes of messages that came, after decompression.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes of messages that were written, before compression.</summary>
    public long BytesSent { get; init; }

    /// <summary>Pings of the peer.</summary>
    public long PingsReceived { get; init; }

    /// <summary>Pings that were sent, heartbeats included.</summary>
    public long PingsSent { get; init; }

    /// <summary>Pongs of the peer.</summary>
    public long PongsReceived { get; init; }

    /// <summary>Bytes of messages that wait to be written now; 0 in the sums of a server.</summary>
    public long BytesWaiting { get; init; }
}
