using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Akka.Actor;
using Aleph.Actors.Http;
using Spectre.Console;

namespace Fetch;

/// <summary>The same request again and again, so many at once; draws how long they took.</summary>
internal static class Load
{
    private const int Bars = 12;

    public static async Task<int> RunAsync(ActorSystem system, Arguments arguments, CancellationToken cancellation)
    {
        await using var client = system.Http().CreateClient(arguments.Settings());
        var times = new ConcurrentBag<double>();
        var failures = new ConcurrentDictionary<string, int>();
        var left = arguments.Repeat!.Value;
        var watch = Stopwatch.StartNew();

        async Task WorkAsync()
        {
            while (Interlocked.Decrement(ref left) >= 0 && !cancellation.IsCancellationRequested)
            {
                try
                {
                    times.Add(await OnceAsync(client, arguments, cancellation));
                }
                catch (Exception fault) when (fault is IOException or ArgumentException or OperationCanceledException)
                {
                    failures.AddOrUpdate(fault.Message, 1, (_, count) => count + 1);
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, arguments.Concurrency).Select(_ => WorkAsync()));
        Show([.. times.Order()], failures, watch.Elapsed);
        return failures.IsEmpty && !times.IsEmpty ? 0 : 1;
    }

    private static async Task<double> OnceAsync(
        AlephHttpClient client, Arguments arguments, CancellationToken cancellation)
    {
        var begun = Stopwatch.GetTimestamp();
        using var response = await client.SendAsync(arguments.Request(), cancellation);
        await foreach (var _ in response.Body.ReadElementsAsync(cancellation))
        {
            // Only its end matters.
        }

        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    private static void Show(double[] times, ConcurrentDictionary<string, int> failures, TimeSpan elapsed)
    {
        foreach (var (why, count) in failures)
            AnsiConsole.MarkupLineInterpolated($"[red]{count} failed:[/] {why}");
        if (times.Length == 0)
            return;
        AnsiConsole.MarkupLineInterpolated(
            CultureInfo.InvariantCulture,
            $"{times.Length} answers in {elapsed.TotalSeconds:0.00} s, {Rate(times.Length, elapsed):0} a second");
        AnsiConsole.MarkupLineInterpolated(
            CultureInfo.InvariantCulture,
            $"median {At(times, 0.5):0.00} ms, 90 % {At(times, 0.9):0.00}, 99 % {At(times, 0.99):0.00}");
        AnsiConsole.Write(Histogram(times));
    }

    // Bars of equal width on a logarithmic axis: the tail matters more than its distance.
    private static BarChart Histogram(double[] times)
    {
        var chart = new BarChart().Label("milliseconds");
        var (low, high) = (Math.Log(Math.Max(times[0], 0.001)), Math.Log(times[^1] + 0.001));
        for (var bar = 0; bar < Bars; bar++)
        {
            var from = Math.Exp(low + ((high - low) * bar / Bars));
            var to = bar == Bars - 1 ? double.MaxValue : Math.Exp(low + ((high - low) * (bar + 1) / Bars));
            var count = times.Count(x => x < to && (bar == 0 || x >= from));
            chart.AddItem(from.ToString("0.00", CultureInfo.InvariantCulture), count, bar > Bars * 2 / 3 ? Color.Red
                : Color.Green);
        }

        return chart;
    }

    private static double Rate(int count, TimeSpan elapsed) => count / elapsed.TotalSeconds;

    private static double At(double[] times, double share) =>
        times[(int)Math.Min(times.Length - 1, share * times.Length)];
}
