namespace Aleph.Actors.Dns;

/// <summary>
/// The counters of one resolver. Its actor, its facade and its queries write them, anyone may read; a snapshot is not
/// taken at one instant. They outlive restarts of the actor.
/// </summary>
internal sealed class DnsCounters
{
    private readonly long[] _failures = new long[Enum.GetValues<DnsFailure>().Length];
    private long _hits;
    private long _negativeHits;
    private long _misses;
    private long _merged;
    private long _queries;
    private long _timeouts;
    private long _tcpFallbacks;
    private long _ignored;

    public void Hit() => Interlocked.Increment(ref _hits);

    public void NegativeHit() => Interlocked.Increment(ref _negativeHits);

    public void Miss() => Interlocked.Increment(ref _misses);

    public void Merged() => Interlocked.Increment(ref _merged);

    public void Failed(DnsFailure kind) => Interlocked.Increment(ref _failures[(int)kind]);

    public void Query() => Interlocked.Increment(ref _queries);

    public void Timeout() => Interlocked.Increment(ref _timeouts);

    public void TcpFallback() => Interlocked.Increment(ref _tcpFallbacks);

    public void Ignored() => Interlocked.Increment(ref _ignored);

    public DnsProtocol.Statistics Snapshot(int entries) => new(
        Interlocked.Read(ref _hits),
        Interlocked.Read(ref _negativeHits),
        Interlocked.Read(ref _misses),
        Interlocked.Read(ref _merged),
        Failures(),
        Interlocked.Read(ref _queries),
        Interlocked.Read(ref _timeouts),
        Interlocked.Read(ref _tcpFallbacks),
        Interlocked.Read(ref _ignored),
        entries);

    private Dictionary<DnsFailure, long> Failures() =>
        Enum.GetValues<DnsFailure>()
            .Select(x => (Kind: x, Count: Interlocked.Read(ref _failures[(int)x])))
            .Where(x => x.Count > 0)
            .ToDictionary(x => x.Kind, x => x.Count);
}
