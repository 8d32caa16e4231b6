using System.Diagnostics;

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

    public void Hit() => Count(ref _hits, "hit");

    public void NegativeHit() => Count(ref _negativeHits, "negative_hit");

    public void Miss() => Count(ref _misses, "miss");

    public void Merged() => Count(ref _merged, "merged");

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

    /// <summary>A look-up has ended.</summary>
    public static void LookedUp(string name, TimeSpan time, DnsFailure? failure)
    {
        if (!Meters.LookupDuration.Enabled)
            return;
        var tags = new TagList { { "dns.question.name", name } };
        if (failure is { } kind)
            tags.Add("error.type", kind.ToString());
        Meters.LookupDuration.Record(time.TotalSeconds, tags);
    }

    private static void Count(ref long counter, string cache)
    {
        Interlocked.Increment(ref counter);
        Meters.DnsQuestions.Add(1, new KeyValuePair<string, object?>("aleph.dns.cache", cache));
    }

    private Dictionary<DnsFailure, long> Failures() =>
        Enum.GetValues<DnsFailure>()
            .Select(x => (Kind: x, Count: Interlocked.Read(ref _failures[(int)x])))
            .Where(x => x.Count > 0)
            .ToDictionary(x => x.Kind, x => x.Count);
}
