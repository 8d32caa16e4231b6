namespace Aleph.Actors.Http.Server;

/// <summary>What a server's connections count. Any thread.</summary>
internal sealed class HttpServerCounters
{
    private long _requests;
    private long _active;
    private long _rejected;
    private long _failed;

    public long Requests => Interlocked.Read(ref _requests);

    public long Active => Interlocked.Read(ref _active);

    public long Rejected => Interlocked.Read(ref _rejected);

    public long Failed => Interlocked.Read(ref _failed);

    public void Began()
    {
        Interlocked.Increment(ref _requests);
        Interlocked.Increment(ref _active);
    }

    public void Ended() => Interlocked.Decrement(ref _active);

    public void Reject() => Interlocked.Increment(ref _rejected);

    public void Fail() => Interlocked.Increment(ref _failed);
}
