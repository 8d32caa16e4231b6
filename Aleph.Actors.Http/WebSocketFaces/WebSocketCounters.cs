using System.Collections.Concurrent;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>What a WebSocket counts.</summary>
internal enum WebSocketCount
{
    MessagesReceived,
    MessagesSent,
    BytesReceived,
    BytesSent,
    PingsReceived,
    PingsSent,
    PongsReceived,
}

/// <summary>What all WebSockets of a server count. Any thread.</summary>
internal sealed class WebSocketCounters
{
    public const int Kinds = (int)WebSocketCount.PongsReceived + 1;

    private readonly long[] _counts = new long[Kinds];
    private readonly ConcurrentDictionary<int, long> _codes = new();
    private long _opened;
    private long _ended;

    public void Add(WebSocketCount count, long amount) => Interlocked.Add(ref _counts[(int)count], amount);

    public void Opened() => Interlocked.Increment(ref _opened);

    public void Ended(int code)
    {
        Interlocked.Increment(ref _ended);
        _codes.AddOrUpdate(code, 1, static (_, count) => count + 1);
    }

    public WebSocketTotals Totals()
    {
        var ended = Interlocked.Read(ref _ended);
        var opened = Interlocked.Read(ref _opened);
        return new(opened - ended, opened, Statistics(_counts, 0), _codes.ToDictionary());
    }

    public static WebSocketStatistics Statistics(long[] counts, long waiting) => new()
    {
        MessagesReceived = Volatile.Read(ref counts[(int)WebSocketCount.MessagesReceived]),
        MessagesSent = Volatile.Read(ref counts[(int)WebSocketCount.MessagesSent]),
        BytesReceived = Volatile.Read(ref counts[(int)WebSocketCount.BytesReceived]),
        BytesSent = Volatile.Read(ref counts[(int)WebSocketCount.BytesSent]),
        PingsReceived = Volatile.Read(ref counts[(int)WebSocketCount.PingsReceived]),
        PingsSent = Volatile.Read(ref counts[(int)WebSocketCount.PingsSent]),
        PongsReceived = Volatile.Read(ref counts[(int)WebSocketCount.PongsReceived]),
        BytesWaiting = waiting,
    };
}
