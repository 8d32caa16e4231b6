using Soak.Faults;
using Soak.Traffic;

namespace Soak.Report;

/// <summary>All that was found out, and the judgement.</summary>
/// <param name="Options">What was asked for.</param>
/// <param name="Began">When.</param>
/// <param name="Took">How long traffic lasted.</param>
/// <param name="Tallies">Of good traffic.</param>
/// <param name="Attacks">Of hostile peers.</param>
/// <param name="Faults">What was planned.</param>
/// <param name="Samples">While traffic lasted.</param>
/// <param name="Before">Before the first server, after the first socket.</param>
/// <param name="After">When all had ended.</param>
/// <param name="Logs">Warnings and errors.</param>
/// <param name="Endings">What did not end in time.</param>
internal sealed record Findings(
    Options Options,
    DateTime Began,
    TimeSpan Took,
    IReadOnlyList<Tally> Tallies,
    IReadOnlyList<Tally> Attacks,
    IReadOnlyList<(string Kind, int Count)> Faults,
    IReadOnlyList<Sample> Samples,
    Sample Before,
    Sample After,
    IReadOnlyList<(string Text, int Count)> Logs,
    IReadOnlyList<string> Endings)
{
    /// <summary>
    /// The runtime keeps some descriptors of its own once they were needed, such as those of /dev/urandom.
    /// </summary>
    private const int RuntimeDescriptors = 4;

    /// <summary>The pool adds threads, one after the other, while processors are short.</summary>
    private const int PoolThreads = 25;

    public IReadOnlyList<Curve> Curves =>
    [
        new("heap after collection", " MiB", [.. Samples.Select(sample => sample.Heap)], 4),
        new("resident memory", " MiB", [.. Samples.Select(sample => sample.Resident)], 32),
        new("descriptors", "", [.. Samples.Select(sample => (double)sample.Descriptors)], 20),
        new("actors", "", [.. Samples.Select(sample => (double)sample.Actors)], 20),
        new("threads", "", [.. Samples.Select(sample => (double)sample.Threads)], PoolThreads),
    ];

    /// <summary>Every reason why the run failed; none when all holds.</summary>
    public IReadOnlyList<string> Faulty() =>
    [
        .. Tallies.Where(tally => tally.Done == 0).Select(tally => $"{tally.Name}: nothing was done"),
        .. Tallies.Where(tally => tally.Lost > 0).Select(tally => $"{tally.Name}: {tally.Lost} lost"),
        .. Tallies.Where(tally => tally.Wrong > 0).Select(tally => $"{tally.Name}: {tally.Wrong} wrong"),
        .. Attacks.Where(tally => tally.Wrong > 0).Select(tally => $"{tally.Name}: not endured {tally.Wrong} times"),
        .. Curves.Where(curve => !curve.IsFlat).Select(curve => $"{curve.Name} rises by {curve.Rise:0.##}{curve.Unit}"),
        .. Logs.Where(line => ExpectedLogs.Why(line.Text) is null).Select(line => $"logged {line.Count} x {line.Text}"),
        .. Endings,
        .. Leftovers(),
    ];

    // The kernel's line of a socket, which has its addresses and its state.
    private static string Described(string target)
    {
        var inode = target.Replace("socket:[", "").TrimEnd(']');
        var lines = ((string[])["tcp", "tcp6", "udp", "unix"])
            .SelectMany(kind => File.ReadLines($"/proc/self/net/{kind}"));
        return $"{target} {lines.FirstOrDefault(line => line.Split(' ').Contains(inode))}";
    }

    private IEnumerable<string> Leftovers()
    {
        if (After.Sockets > Before.Sockets)
            yield return $"sockets are left: {string.Join(", ", After.Open.Except(Before.Open).Select(Described))}";
        if (After.Descriptors > Before.Descriptors + RuntimeDescriptors)
            yield return $"descriptors are left: {string.Join(", ", After.Open.Except(Before.Open).Select(Described))}";
    }
}
