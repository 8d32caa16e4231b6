using System.Diagnostics;
using System.Globalization;
using Akka.Actor;

namespace Soak.Report;

/// <summary>What the process holds at one moment.</summary>
/// <param name="At">Since the start of the traffic.</param>
/// <param name="Heap">MiB of managed memory after a full collection.</param>
/// <param name="Resident">MiB of resident memory.</param>
/// <param name="Descriptors">Open file descriptors, but for those of the program's own assemblies, which the runtime opens when
/// it first needs them.</param>
/// <param name="Sockets">How many of them are sockets.</param>
/// <param name="Actors">Of all actor systems.</param>
/// <param name="Threads">Of the process.</param>
/// <param name="Done">Exchanges so far.</param>
internal sealed record Sample(
    TimeSpan At, double Heap, double Resident, int Descriptors, int Sockets, int Actors, int Threads, long Done)
{
    private const double Mib = 1024 * 1024;

    public static Sample Take(TimeSpan at, IEnumerable<ActorSystem> systems, long done)
    {
        var heap = GC.GetTotalMemory(forceFullCollection: true) / Mib;
        var descriptors = Directory.GetFiles("/proc/self/fd").Select(Target).ToList();
        using var process = Process.GetCurrentProcess();
        return new Sample(
            at,
            heap,
            ReadResident(),
            descriptors.Count(target => !target.EndsWith(".dll", StringComparison.Ordinal)),
            descriptors.Count(target => target.StartsWith("socket:", StringComparison.Ordinal)),
            systems.Cast<ExtendedActorSystem>().Sum(system => Count(system.Guardian) + Count(system.SystemGuardian)),
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

    private static int Count(IActorRef actor) =>
        1 + ((actor as ActorRefWithCell)?.Children.Sum(Count) ?? 0);
}
