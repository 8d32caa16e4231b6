using System.Diagnostics;
using System.Globalization;

namespace TlsLoad;

/// <summary>One kind of load and its measure.</summary>
/// <param name="Name">The row's name.</param>
/// <param name="Connections">How many clients load at a time.</param>
/// <param name="Unit">What is counted, a second.</param>
/// <param name="Scale">How many of the counted make one of that unit.</param>
/// <param name="Client">Loads until the time is over; answers what it counted.</param>
internal sealed record Row(
    string Name, int Connections, string Unit, double Scale, Func<ServerProcess, CancellationToken, Task<long>> Client)
{
    public static IReadOnlyList<Row> All { get; } =
    [
        new("download-1", 1, "MB/s", 1e6, Clients.DownloadAsync),
        new("download-8", 8, "MB/s", 1e6, Clients.DownloadAsync),
        new("upload-1", 1, "MB/s", 1e6, Clients.UploadAsync),
        new("upload-8", 8, "MB/s", 1e6, Clients.UploadAsync),
        new("echo64-32", 32, "k/s", 1e3, Clients.EchoAsync),
        new("handshakes-8", 8, "/s", 1, Clients.HandshakesAsync),
        new("handshakes-32", 32, "/s", 1, Clients.HandshakesAsync),
    ];

    public async Task<string> CompareAsync(ServerProcess ours, ServerProcess kestrel, Options options)
    {
        await MeasureAsync(ours, 1);
        await MeasureAsync(kestrel, 1);
        var pairs = new List<(Result Ours, Result Kestrel)>();
        for (var i = 0; i < options.Pairs; i++)
        {
            if (i % 2 == 0)
            {
                var first = await MeasureAsync(ours, options.Seconds);
                pairs.Add((first, await MeasureAsync(kestrel, options.Seconds)));
            }
            else
            {
                var first = await MeasureAsync(kestrel, options.Seconds);
                pairs.Add((await MeasureAsync(ours, options.Seconds), first));
            }
        }

        var ratios = pairs.Select(p => p.Ours.Rate / p.Kestrel.Rate).Order().ToList();
        var cpu = pairs.Select(p => p.Ours.CpuPerUnit / p.Kestrel.CpuPerUnit).Order().ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {Name} | {Median(pairs.Select(p => p.Ours.Rate)):0.0} {Unit} "
            + $"| {Median(pairs.Select(p => p.Kestrel.Rate)):0.0} {Unit} "
            + $"| {Median(ratios):0.00} ({ratios[0]:0.00}..{ratios[^1]:0.00}) | {Median(cpu):0.00} |");
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private async Task<Result> MeasureAsync(ServerProcess server, double seconds)
    {
        using var time = new CancellationTokenSource();
        var (before, watch) = (server.Cpu, Stopwatch.StartNew());
        var clients = Enumerable.Range(0, Connections).Select(_ => Task.Run(() => Client(server, time.Token))).ToList();
        time.CancelAfter(TimeSpan.FromSeconds(seconds));
        var counts = await Task.WhenAll(clients);
        var elapsed = watch.Elapsed.TotalSeconds;
        return new Result(
            counts.Sum() / Scale / elapsed, (server.Cpu - before).TotalSeconds / Math.Max(1, counts.Sum()));
    }

    private sealed record Result(double Rate, double CpuPerUnit);
}
