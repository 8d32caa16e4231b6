using System.Diagnostics;
using System.Globalization;

namespace WebSocketLoad;

/// <summary>One load on two servers.</summary>
/// <param name="Name">The row's name.</param>
/// <param name="Ours">Which of our servers.</param>
/// <param name="Unit">What is counted.</param>
/// <param name="Load">Loads a server; answers its figure and how many units that were.</param>
internal sealed record Row(string Name, string Ours, string Unit, Func<ServerProcess, Options, Task<Figure>> Load)
{
    private static readonly (string Name, int Bytes)[] Sizes = [("64", 64), ("1k", 1024), ("64k", 64 * 1024)];

    public static IReadOnlyList<Row> All { get; } =
    [
        .. from size in Sizes
           from isText in (bool[])[true, false]
           from deflate in (bool[])[false, true]
           from connections in (int[])[1, 32, 256]
           let name = $"echo{size.Name}-{(isText ? "text" : "binary")}{(deflate ? "-deflate" : "")}-{connections}"
           from ours in deflate ? (string[])["ours"] : ["ours", "inline", "task", "bcl"]
           select new Row(
               ours == "ours" ? name : $"{name}-{ours}", ours, "/s",
               (server, options) => Loads.EchoAsync(server, options, connections, size.Bytes, isText, deflate)),
        .. from members in (int[])[1000, 10_000]
           select new Row(
               $"broadcast256-{members}", "ours", "/s",
               (server, options) => Loads.BroadcastAsync(server, options, members)),
        .. from deflate in (bool[])[false, true]
           select new Row(
               deflate ? "idle-deflate" : "idle", "ours", "B/connection",
               (server, options) => Loads.IdleAsync(server, options, deflate)),
    ];

    private bool IsMemory => Unit.StartsWith('B');

    public async Task<string> CompareAsync(Options options)
    {
        var pairs = new List<(Figure Ours, Figure Kestrel)>();
        if (IsMemory)
        {
            // Memory is not given back: each measurement needs a new process.
            for (var i = 0; i < Math.Min(3, options.Pairs); i++)
            {
                using var first = ServerProcess.Start(Ours);
                var figure = await Load(first, options);
                using var second = ServerProcess.Start("kestrel");
                pairs.Add((figure, await Load(second, options)));
            }
        }
        else
        {
            using var ours = ServerProcess.Start(Ours);
            using var kestrel = ServerProcess.Start("kestrel");
            var warm = options with { Seconds = Math.Min(1, options.Seconds) };
            await Load(ours, warm);
            await Load(kestrel, warm);
            for (var i = 0; i < options.Pairs; i++)
            {
                var ahead = i % 2 == 0 ? await MeasureAsync(ours, options) : null;
                var other = await MeasureAsync(kestrel, options);
                pairs.Add((ahead ?? await MeasureAsync(ours, options), other));
            }
        }

        var ratios = pairs.Select(p => p.Ours.Value / p.Kestrel.Value).Order().ToList();
        var cpu = IsMemory ? "" : Median(pairs.Select(p => p.Ours.CpuPerUnit / p.Kestrel.CpuPerUnit))
            .ToString("0.00", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {Name} | {Median(pairs.Select(p => p.Ours.Value)):N0} {Unit} "
            + $"| {Median(pairs.Select(p => p.Kestrel.Value)):N0} {Unit} "
            + $"| {Median(ratios):0.00} ({ratios[0]:0.00}..{ratios[^1]:0.00}) | {cpu} |");
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    private async Task<Figure> MeasureAsync(ServerProcess server, Options options)
    {
        var before = server.Cpu;
        var figure = await Load(server, options);
        return figure with { CpuPerUnit = (server.Cpu - before).TotalSeconds / Math.Max(1, figure.Units) };
    }
}

/// <summary>One measurement.</summary>
/// <param name="Value">In the row's unit.</param>
/// <param name="Units">How many were counted in all.</param>
internal sealed record Figure(double Value, double Units)
{
    public double CpuPerUnit { get; init; }

    public static Figure Of(long count, long begin)
    {
        var elapsed = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return new Figure(count / elapsed, count);
    }
}
