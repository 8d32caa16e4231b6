using System.Diagnostics;
using System.Globalization;

namespace TcpLoad;

/// <summary>One load on two servers.</summary>
/// <param name="Load">What is done.</param>
/// <param name="Ours">The server of ours.</param>
/// <param name="Other">The one it is compared with.</param>
internal sealed record Row(Load Load, string Ours, string Other)
{
    /// <summary>Every load on every face, against a plain socket and against Akka.IO as it comes.</summary>
    public static IReadOnlyList<Row> All { get; } =
    [
        .. from load in Load.All
           from ours in Servers.Ours
           from other in Servers.Others
           select new Row(load, ours, other),
    ];

    public string Name => $"{Load.Name}-{Ours}-vs-{Other}";

    public async Task<string> CompareAsync(Options options)
    {
        using var ours = ServerProcess.Start(Ours);
        using var other = ServerProcess.Start(Other);
        var warm = options with { Seconds = Math.Min(1, options.Seconds), Mib = Math.Min(64, options.Mib) };
        await MeasureAsync(ours, warm);
        await MeasureAsync(other, warm);
        var pairs = new List<(Result Ours, Result Other)>();
        for (var i = 0; i < options.Pairs; i++)
        {
            if (i % 2 == 0)
            {
                var first = await MeasureAsync(ours, options);
                pairs.Add((first, await MeasureAsync(other, options)));
            }
            else
            {
                var first = await MeasureAsync(other, options);
                pairs.Add((await MeasureAsync(ours, options), first));
            }
        }

        var ratios = pairs.Select(p => p.Ours.Rate / p.Other.Rate).Order().ToList();
        var cpu = Median(pairs.Select(p => p.Ours.CpuPerUnit / p.Other.CpuPerUnit));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {Name} | {Median(pairs.Select(p => p.Ours.Rate)):N0} {Load.Unit} "
            + $"| {Median(pairs.Select(p => p.Other.Rate)):N0} {Load.Unit} "
            + $"| {Median(ratios):0.00} ({ratios[0]:0.00}..{ratios[^1]:0.00}) | {cpu:0.00} |");
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private async Task<Result> MeasureAsync(ServerProcess server, Options options)
    {
        var (before, begin) = (server.Cpu, Stopwatch.GetTimestamp());
        var units = await Load.RunAsync(server.EndPoint, options);
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return new Result(units / seconds, (server.Cpu - before).TotalSeconds / units);
    }

    private sealed record Result(double Rate, double CpuPerUnit);
}
