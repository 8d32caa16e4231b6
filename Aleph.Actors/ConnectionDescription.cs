namespace Aleph.Actors;

/// <summary>
/// A connection at one moment; the answer to <see cref="ServerProtocol.DescribeConnection"/>. Immutable; safe to keep.
/// </summary>
/// <param name="Info">Who is connected to whom, and how TLS was agreed on.</param>
public sealed record ConnectionDescription(ConnectionInfo Info) : ServerProtocol.Event
{
    /// <summary>What it speaks, such as <c>HTTP/1.1</c>; for protocols of users, the name of their type.</summary>
    public required string Protocol { get; init; }

    /// <summary>Where it stands.</summary>
    public ConnectionState State { get; init; }

    /// <summary>How long it has been connected.</summary>
    public TimeSpan Age { get; init; }

    /// <summary>Bytes that its protocol has consumed.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes that its protocol has written and the kernel has taken.</summary>
    public long BytesSent { get; init; }

    /// <summary>Bytes that its protocol has written and the kernel has not taken yet.</summary>
    public long BytesBuffered { get; init; }

    /// <summary>What is under way, the oldest first; empty while it idles, and for protocols that do not say.</summary>
    public IReadOnlyList<ExchangeDescription> Exchanges
    {
        get;
        init => field = Readable.Of(value);
    } = Readable.Of<ExchangeDescription>([]);
}
