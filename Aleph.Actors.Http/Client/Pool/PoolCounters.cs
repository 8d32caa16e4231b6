using Aleph.Actors.Http.Client.Middleware;

namespace Aleph.Actors.Http.Client.Pool;

/// <summary>What a pool counts since it began. Any thread.</summary>
internal sealed class PoolCounters
{
    private long _requests;
    private long _active;
    private long _failed;
    private long _rejected;
    private long _connections;
    private long _retried;
    private long _lookedAt;
    private long _lookedRequests;

    public long Requests => Interlocked.Read(ref _requests);

    public long Active => Interlocked.Read(ref _active);

    public long Failures => Interlocked.Read(ref _failed);

    public long Rejections => Interlocked.Read(ref _rejected);

    public long Connections => Interlocked.Read(ref _connections);

    public long Retries => Interlocked.Read(ref _retried);

    /// <summary>How long requests waited for a connection.</summary>
    public LatencyHistogram QueueLatency { get; } = new();

    /// <summary>How long they took in all.</summary>
    public LatencyHistogram TaskLatency { get; } = new();

    /// <summary>Requests a second since the last call. By the router's actor.</summary>
    public double RateSince(TimeProvider time)
    {
        var (now, requests) = (time.GetTimestamp(), Requests);
        var elapsed = time.GetElapsedTime(_lookedAt, now).TotalSeconds;
        var rate = _lookedAt == 0 || elapsed <= 0 ? 0 : (requests - _lookedRequests) / elapsed;
        (_lookedAt, _lookedRequests) = (now, requests);
        return rate;
    }

    /// <summary>A connection has begun a request.</summary>
    public void Began()
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Increment(ref _active);
    }

    public void Ended() => Interlocked.Decrement(ref _active);

    public void Failed() => Interlocked.Increment(ref _failed);

    public void Rejected() => Interlocked.Increment(ref _rejected);

    public void Connected() => Interlocked.Increment(ref _connections);

    public void Retried() => Interlocked.Increment(ref _retried);
}
