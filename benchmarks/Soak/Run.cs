using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Configuration;
using Aleph.Actors;
using Aleph.Actors.Http;
using Soak.Faults;
using Soak.Hostile;
using Soak.Report;
using Soak.Servers;
using Soak.Traffic;

namespace Soak;

/// <summary>The whole run, from the first server to the judgement. SIGINT and SIGTERM end it early, as well.</summary>
internal sealed class Run(Options options)
{
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(45);

    private readonly FaultLog _faults = new();
    private readonly List<Sample> _samples = [];
    private readonly List<string> _endings = [];
    private ActorSystem[] _systems = [];
    private Tally[] _tallies = [];
    private IReadOnlyList<Tally> _attacks = [];

    public async Task<bool> RunAsync()
    {
        using var stop = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        Watch();
        await OpenFirstSocketAsync();
        _ = Take(TimeSpan.Zero);
        var before = Take(TimeSpan.Zero);
        var began = DateTime.UtcNow;
        var took = await LastAsync(stop.Token);
        await Task.Delay(500);
        var found = new Findings(
            options,
            began,
            took,
            _tallies,
            _attacks,
            _faults.Counts,
            _samples,
            before,
            Take(took),
            LogBook.All,
            _endings);
        var page = Markdown.Of(found);
        Console.WriteLine(page);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(options.Out))!);
        await File.WriteAllTextAsync(options.Out, page);
        return found.Faulty().Count == 0;

        void OnSignal(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    private async Task<TimeSpan> LastAsync(CancellationToken stop)
    {
        var (servers, clients) = (CreateSystem("servers"), CreateSystem("clients"));
        _systems = [servers, clients];
        var stage = new Stage(servers);
        await stage.StartAsync();
        var traffic = new AllTraffic(clients, stage, options.Only);
        var attackers = new Attackers(clients, stage, _faults, options.Only);
        _attacks = attackers.Tallies;
        var plan = new FaultPlan(servers, stage, _faults, new Random(options.Seed));
        var took = await DriveAsync(traffic, attackers, plan, stop);
        await EndAsync("the hostile peers", attackers.DisposeAsync().AsTask());
        await EndAsync("the clients", traffic.DisposeAsync().AsTask());
        await EndAsync("the servers", stage.DisposeAsync().AsTask());
        foreach (var system in _systems)
            await EndAsync($"the actor system {system.Name}", system.Terminate());
        _systems = [];
        return took;
    }

    private async Task<TimeSpan> DriveAsync(
        AllTraffic traffic, Attackers attackers, FaultPlan plan, CancellationToken stop)
    {
        using var stopFaults = new CancellationTokenSource();
        using var stopTraffic = new CancellationTokenSource();
        var seeds = new Random(options.Seed);
        _tallies = [.. traffic.Kinds.Select(kind => new Tally(kind.Name))];
        var users = traffic.Kinds.Zip(_tallies).SelectMany(pair => Enumerable.Range(0, pair.First.Users).Select(_ =>
        {
            var user = new User(seeds.Next(), pair.Second, _faults, stopTraffic.Token);
            return Task.Run(() => pair.First.RunAsync(user));
        })).ToList();
        var faults = Task.Run(() => plan.RunAsync(stopFaults.Token), CancellationToken.None);
        var attacks = attackers.RunAsync(seeds.Next(), stopTraffic.Token);
        var took = await SampleAsync(stop);
        await stopFaults.CancelAsync();
        await EndAsync("the faults", faults);
        await stopTraffic.CancelAsync();
        await EndAsync("the users", Task.WhenAll(users));
        await EndAsync("the attacks", attacks);
        return took;
    }

    private async Task<TimeSpan> SampleAsync(CancellationToken stop)
    {
        var begin = Stopwatch.GetTimestamp();
        var interval = TimeSpan.FromSeconds(Math.Clamp(options.Time.TotalSeconds / 60, 1, 10));
        while (Stopwatch.GetElapsedTime(begin) < options.Time && !stop.IsCancellationRequested)
        {
            await Task.Delay(interval, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _samples.Add(Take(Stopwatch.GetElapsedTime(begin)));
        }

        return Stopwatch.GetElapsedTime(begin);
    }

    private Sample Take(TimeSpan at) => Sample.Take(at, _systems, _tallies.Sum(tally => tally.Done));

    private async Task EndAsync(string what, Task end)
    {
        try
        {
            await end.WaitAsync(EndPatience);
        }
        catch (Exception fault)
        {
            _endings.Add($"{what} did not end well: {fault}");
        }
    }

    private static ActorSystem CreateSystem(string name)
    {
        var logger = typeof(LogBook.Logger).AssemblyQualifiedName;
        var system = ActorSystem.Create(name, ConfigurationFactory.ParseString(
            $"akka {{ stdout-loglevel = off, loglevel = WARNING, loggers = [\"{logger}\"], log-dead-letters = off }}\n"
            + "akka.coordinated-shutdown.run-by-clr-shutdown-hook = off"));
        _ = (system.Http(), system.AlephTcp(), system.AlephUdp());
        return system;
    }

    private static void Watch()
    {
        TaskScheduler.UnobservedTaskException += (_, args) =>
            LogBook.Add("ERROR", "unobserved", args.Exception.InnerException);
        AppDomain.CurrentDomain.UnhandledException += (_, args) =>
            Console.Error.WriteLine($"UNHANDLED {args.ExceptionObject}");
    }

    // The runtime keeps some descriptors from its first socket on.
    private static async Task OpenFirstSocketAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listener.LocalEndpoint);
        using var server = await listener.AcceptSocketAsync();
    }
}
