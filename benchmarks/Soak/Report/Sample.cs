using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Akka.Actor;

namespace Soak.Report;

/// <summary>What the process holds at one moment.</summary>
/// <param name="At">Since the start of the traffic.</param>
/// <param name="Heap">MiB of managed memory after a full collection.</param>
/// <param name="Resident">MiB of resident memory.</param>
/// <param name="Open">What the open file descriptors lead to, but for the program's own assemblies and their symbols,
/// which the runtime opens when it first needs them.</param>
/// <param name="Places">How many actors there are at each place of all actor systems.</param>
/// <param name="Threads">Of the process.</param>
/// <param name="Done">Exchanges so far.</param>
internal sealed partial record Sample(
    TimeSpan At, double Heap, double Resident, IReadOnlyList<string> Open, IReadOnlyDictionary<string, int> Places,
    int Threads, long Done)
{
    private const double Mib = 1024 * 1024;

    /// <summary>Open file descriptors.</summary>
    public int Descriptors => Open.Count;

    /// <summary>How many of them are sockets.</summary>
    public int Sockets => Open.Count(target => target.StartsWith("socket:", StringComparison.Ordinal));

    /// <summary>Of all actor systems.</summary>
    public int Actors => Places.Values.Sum();

    public static Sample Take(TimeSpan at, IEnumerable<ActorSystem> systems, long done)
    {
        var heap = GC.GetTotalMemory(forceFullCollection: true) / Mib;
        var descriptors = Directory.GetFiles("/proc/self/fd").Select(Target).ToList();
        using var process = Process.GetCurrentProcess();
        return new Sample(
            at,
            heap,
            ReadResident(),
            [.. descriptors.Where(target => !target.EndsWith(".dll", StringComparison.Ordinal)
                && !target.EndsWith(".pdb", StringComparison.Ordinal))],
            systems.Cast<ExtendedActorSystem>()
                .SelectMany(system => (IActorRef[])[system.Guardian, system.SystemGuardian])
                .SelectMany(Below).CountBy(actor => Place(actor.Path)).ToDictionary(),
            process.Threads.Count,
            done);
    }

    // "size resident shared …", in pages.
    private static double ReadResident() =>
        long.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[1], CultureInfo.InvariantCulture)
            * Environment.SystemPageSize / Mib;

    private static string Target(string descriptor)
    {
        try
        {
            return new FileInfo(descriptor).LinkTarget ?? "";
        }
        catch (IOException)
        {
            // Closed since it was listed.
            return "";
        }
    }

    private static IEnumerable<IActorRef> Below(IActorRef actor) =>
        ((actor as ActorRefWithCell)?.Children ?? []).SelectMany(Below).Prepend(actor);

    // Siblings differ by their numbers.
    private static string Place(ActorPath path) =>
        Numbers().Replace($"{path.Address.System}{path.ToStringWithoutAddress()}", "#");

    [GeneratedRegex(@"\d+|\$[^/]+")]
    private static partial Regex Numbers();
}
