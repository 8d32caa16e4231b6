using System.Globalization;
using System.Net;
using Akka.Actor;
using Akka.Configuration;
using Akka.Streams;
using TcpStreamLoad;

// TcpStreamLoad [--pairs N] [--seconds S] [--rows TEXT]
if (Options.Parse(args) is not { } options)
    return 2;

var system = ActorSystem.Create("load", ConfigurationFactory.ParseString("akka.loglevel = WARNING"));
var materializer = system.Materializer();
var servers = new Servers(system, materializer);
(string Name, Func<bool, Task<EndPoint>> Bind)[] peers =
[
    ("protocol", servers.ProtocolAsync),
    ("handler actor", servers.HandlerActorAsync),
    ("stock Tcp()", servers.StockAsync),
    ("function", servers.FunctionAsync),
];
(string Name, bool Echo, Func<EndPoint, double, Task<double>> Load)[] loads =
[
    ("echo 64 B, 1 connection, messages/s", true, (server, s) => Loads.EchoAsync(server, 1, s)),
    ("echo 64 B, 32 connections, messages/s", true, (server, s) => Loads.EchoAsync(server, 32, s)),
    ("echo 64 B, 256 connections, messages/s", true, (server, s) => Loads.EchoAsync(server, 256, s)),
    ("bulk one way, MiB/s", false, Loads.BulkAsync),
    ("bulk there and back, MiB/s", true, Loads.BulkEchoAsync),
];

Console.WriteLine("| load | against | stream face | the other | ratio | pairs |");
Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: |");
foreach (var (name, echo, load) in loads)
{
    foreach (var (peer, bind) in peers)
    {
        if (!$"{name} {peer}".Contains(options.Rows, StringComparison.Ordinal))
            continue;
        var (ours, theirs) = (await servers.StreamAsync(echo), await bind(echo));
        var pairs = await MeasureAsync(load, ours, theirs);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {peer} | {Median(pairs.Select(p => p.Ours)):N0} | {Median(pairs.Select(p => p.Theirs)):N0} "
            + $"| {Median(pairs.Select(p => p.Ours / p.Theirs)):0.00} | {pairs.Count} |"));
    }
}

if ("allocation".Contains(options.Rows, StringComparison.Ordinal))
{
    Console.WriteLine();
    Console.WriteLine("| 64-byte messages | bytes allocated a message | messages/s | elements received |");
    Console.WriteLine("| --- | ---: | ---: | ---: |");
    await Allocation.RunAsync(system, materializer);
}

await system.Terminate();
return 0;

// First, second; second, first; a ratio is taken within each pair.
async Task<List<(double Ours, double Theirs)>> MeasureAsync(
    Func<EndPoint, double, Task<double>> load, EndPoint ours, EndPoint theirs)
{
    await load(ours, options.Seconds / 2);
    await load(theirs, options.Seconds / 2);
    var pairs = new List<(double, double)>();
    for (var i = 0; i < options.Pairs; i++)
    {
        var first = await load(i % 2 == 0 ? ours : theirs, options.Seconds);
        var second = await load(i % 2 == 0 ? theirs : ours, options.Seconds);
        pairs.Add(i % 2 == 0 ? (first, second) : (second, first));
    }

    return pairs;
}

static double Median(IEnumerable<double> values)
{
    var sorted = values.Order().ToArray();
    return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
