using System.Diagnostics;
using System.Globalization;
using UdpLoad;

// UdpLoad [--pairs N] [--seconds S] [--outstanding N,N,...] [--unpinned]: an echo on a plain socket against the sample
// UdpEcho, alternating: with a function, and with an actor as its handler. Each server has the first processor, the
// client the second, unless unpinned. Prints rows of a Markdown table for each number of datagrams on their way.
if (args is ["--raw"])
{
    await RawServer.RunAsync();
    return 0;
}

var pairs = int.Parse(Option("--pairs", "5"), CultureInfo.InvariantCulture);
var time = TimeSpan.FromSeconds(double.Parse(Option("--seconds", "3"), CultureInfo.InvariantCulture));
var pinned = OperatingSystem.IsLinux() && Environment.ProcessorCount > 1 && !args.Contains("--unpinned");
var self = Environment.GetCommandLineArgs()[0];
var sample = Path.GetFullPath(
    Path.Combine(AppContext.BaseDirectory, "../../../../../samples/UdpEcho/bin/Release/net10.0/UdpEcho.dll"));
if (OperatingSystem.IsLinux() && pinned)
    Process.GetCurrentProcess().ProcessorAffinity = 2;

Console.WriteLine("| row | raw packets/s | ours | ratio | raw CPU µs/packet | our CPU µs/packet | lost raw/ours |");
Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
foreach (var outstanding in Option("--outstanding", "1,32,256").Split(',').Select(int.Parse))
{
    await CompareAsync($"udp-{outstanding}", outstanding, sample, "0");
    await CompareAsync($"udp-actor-{outstanding}", outstanding, sample, "0", "--actor");
}

return 0;

async Task CompareAsync(string row, int outstanding, params string[] command)
{
    using var raw = await Server.StartAsync(pinned, self, "--raw");
    using var ours = await Server.StartAsync(pinned, command);
    Client.Run(raw, outstanding, time);
    Client.Run(ours, outstanding, time);
    var results = Enumerable.Range(0, pairs)
        .Select(_ => (Raw: Client.Run(raw, outstanding, time), Ours: Client.Run(ours, outstanding, time)))
        .ToArray();
    Print(row, [.. results.Select(r => r.Raw)], [.. results.Select(r => r.Ours)]);
}

string Option(string name, string otherwise)
{
    var at = Array.IndexOf(args, name);
    return at >= 0 && at + 1 < args.Length ? args[at + 1] : otherwise;
}

static void Print(string row, Result[] raw, Result[] ours)
{
    var ratio = Median(raw.Zip(ours, (r, o) => o.PacketsPerSecond / r.PacketsPerSecond));
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {row} | {Median(raw.Select(r => r.PacketsPerSecond)):0} "
        + $"| {Median(ours.Select(r => r.PacketsPerSecond)):0} | {ratio:0.00} "
        + $"| {Median(raw.Select(r => r.Microseconds)):0.00} | {Median(ours.Select(r => r.Microseconds)):0.00} "
        + $"| {raw.Sum(r => r.Lost)}/{ours.Sum(r => r.Lost)} |"));
}

static double Median(IEnumerable<double> values)
{
    var sorted = values.Order().ToArray();
    return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
