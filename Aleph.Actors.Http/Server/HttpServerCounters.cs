using Aleph.Actors.Http.WebSocketFaces;

namespace Aleph.Actors.Http.Server;

/// <summary>What a server's connections count. Any thread.</summary>
internal sealed class HttpServerCounters
{
    private const int Statuses = 1000;

    private readonly long[] _byStatus = new long[Statuses];
    private long _timedOut;
    private long _requests;
    private long _active;
    private long _rejected;
    private long _failed;

    public WebSocketCounters WebSockets { get; } = new();

    public long Requests => Interlocked.Read(ref _requests);

    public long Active => Interlocked.Read(ref _active);

    public long Rejected => Interlocked.Read(ref _rejected);

    public long Failed => Interlocked.Read(ref _failed);

    public long TimedOut => Interlocked.Read(ref _timedOut);

    public Dictionary<int, long> ByStatus() => Enumerable.Range(0, Statuses)
        .Select(code => (Code: code, Count: Interlocked.Read(ref _byStatus[code])))
        .Where(x => x.Count > 0)
        .ToDictionary(x => x.Code, x => x.Count);

    /// <summary>The head of an answer was written.</summary>
    public void Answered(HttpStatus status) => Interlocked.Increment(ref _byStatus[status.Code]);

    public void TimeOut() => Interlocked.Increment(ref _timedOut);

    public void Began()
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Increment(ref _active);
    }

    public void Ended() => Interlocked.Decrement(ref _active);

    public void Reject() => Interlocked.Increment(ref _rejected);

    public void Fail() => Interlocked.Increment(ref _failed);
}
