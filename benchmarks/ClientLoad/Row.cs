using System.Diagnostics;
using System.Globalization;

namespace ClientLoad;

/// <summary>What one measurement gave.</summary>
/// <param name="Value">Per second, or bytes for memory.</param>
/// <param name="Cpu">Seconds of this process per unit.</param>
/// <param name="P99">Milliseconds; 0 where there is none.</param>
/// <param name="Allocated">Bytes a request; 0 where there is none.</param>
internal sealed record Sample(double Value, double Cpu, double P99, double Allocated);

/// <summary>One load, measured on both sides in turn.</summary>
internal sealed record Row(string Name, string Unit, Func<ISide, Options, Task<Sample>> Measure)
{
    private const long Gibibyte = 1L << 30;

    public static IReadOnlyList<Row> All { get; } =
    [
        new("get-1", "requests/s", (side, options) => GetAsync(side, 1, options)),
        new("get-32", "requests/s", (side, options) => GetAsync(side, 32, options)),
        new("get-256", "requests/s", (side, options) => GetAsync(side, 256, options)),
        new("download-1gib", "MiB/s", (side, _) => MoveAsync(() => side.DownloadAsync(Gibibyte))),
        new("upload-1gib", "MiB/s", (side, _) => MoveAsync(() => side.UploadAsync(Gibibyte))),
        new("origins-1000", "bytes/connection", (side, _) => HoldAsync(side, 1000)),
    ];

    public async Task<string> CompareAsync(ISide ours, ISide theirs, Options options)
    {
        var samples = new List<(Sample Ours, Sample Theirs)>();
        await Measure(ours, options with { Seconds = 1 });
        await Measure(theirs, options with { Seconds = 1 });
        for (var pair = 0; pair < options.Pairs; pair++)
        {
            // Who goes first changes, so that going first is nobody's advantage.
            var first = await Measure(pair % 2 == 0 ? ours : theirs, options);
            var second = await Measure(pair % 2 == 0 ? theirs : ours, options);
            samples.Add(pair % 2 == 0 ? (first, second) : (second, first));
        }

        string Median(Func<Sample, double> of, Func<(Sample Ours, Sample Theirs), Sample> side) =>
            Middle(samples.Select(x => of(side(x)))).ToString("N0", CultureInfo.InvariantCulture);
        string Ratio(Func<Sample, double> of)
        {
            var ratios = samples.Where(x => of(x.Theirs) > 0).Select(x => of(x.Ours) / of(x.Theirs)).ToList();
            return ratios.Count == 0
                ? "-"
                : string.Create(CultureInfo.InvariantCulture,
                    $"{Middle(ratios):0.00} ({ratios.Min():0.00}..{ratios.Max():0.00})");
        }

        return $"| {Name} | {Unit} | {Median(x => x.Value, x => x.Ours)} | {Median(x => x.Value, x => x.Theirs)} | " +
            $"{Ratio(x => x.Value)} | {Ratio(x => x.Cpu)} | {Ratio(x => x.P99)} | " +
            $"{Median(x => x.Allocated, x => x.Ours)} / {Median(x => x.Allocated, x => x.Theirs)} |";
    }

    private static async Task<Sample> GetAsync(ISide side, int concurrency, Options options)
    {
        var times = new List<double>[concurrency];
        var (cpu, allocated, watch) = (Cpu(), GC.GetTotalAllocatedBytes(), Stopwatch.StartNew());
        var limit = TimeSpan.FromSeconds(options.Seconds);
        await Task.WhenAll(Enumerable.Range(0, concurrency).Select(i => Task.Run(async () =>
        {
            times[i] = new List<double>(1 << 16);
            while (watch.Elapsed < limit)
            {
                var begun = Stopwatch.GetTimestamp();
                await side.GetAsync();
                times[i].Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        })));
        var elapsed = watch.Elapsed.TotalSeconds;
        (cpu, allocated) = (Cpu() - cpu, GC.GetTotalAllocatedBytes() - allocated);
        double[] all = [.. times.SelectMany(x => x).Order()];
        return new Sample(
            all.Length / elapsed, cpu / all.Length, all[(int)(all.Length * 0.99)],
            (allocated - (concurrency * (8.0 * (1 << 16)))) / all.Length);
    }

    private static async Task<Sample> MoveAsync(Func<Task<long>> move)
    {
        var (cpu, watch) = (Cpu(), Stopwatch.StartNew());
        var bytes = await move();
        if (bytes != Gibibyte)
            throw new InvalidDataException($"{bytes} bytes came.");
        return new Sample(bytes / watch.Elapsed.TotalSeconds / (1 << 20), (Cpu() - cpu) / bytes, 0, 0);
    }

    private static async Task<Sample> HoldAsync(ISide side, int count)
    {
        var before = Heap();
        await using var held = await side.OpenOriginsAsync(count);
        return new Sample((double)(Heap() - before) / count, 0, 0, 0);
    }

    private static long Heap()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static double Cpu() => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;

    private static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
