using Akka;
using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Tcp;

/// <summary>
/// Drains the live servers of an actor system in its coordinated shutdown: all are told in <c>service-unbind</c>,
/// which ends when nothing listens any more; <c>service-requests-done</c> ends when all servers have. One that was
/// started meanwhile is told there.
/// </summary>
internal static class ServerShutdown
{
    internal const string TimeoutKey = "akka.coordinated-shutdown.phases.service-requests-done.timeout";

    // The drain has to end, with its resets sent, before the phase does.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    public static void Install(ExtendedActorSystem system, ServerRegistry servers)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        var log = Logging.GetLogger(system, typeof(ServerShutdown));
        var told = new HashSet<IActorRef>();
        shutdown.AddTask(
            CoordinatedShutdown.PhaseServiceUnbind, "aleph-unbind", () => All(Drain().Select(s => s.Live.Unbound)));
        shutdown.AddTask(
            CoordinatedShutdown.PhaseServiceRequestsDone, "aleph-drain", () => All(Drain().Select(s => s.Live.Ended)));

        IReadOnlyCollection<ServerRegistry.Entry> Drain()
        {
            var limit = shutdown.Timeout(CoordinatedShutdown.PhaseServiceRequestsDone);
            var all = servers.All;
            foreach (var server in all.Where(x => told.Add(x.Server)))
                server.Server.Tell(new ServerProtocol.Drain(Deadline(server, limit, log)), ActorRefs.NoSender);
            return all;
        }
    }

    private static TimeSpan Deadline(ServerRegistry.Entry server, TimeSpan limit, ILoggingAdapter log)
    {
        var longest = limit > Margin ? limit - Margin : TimeSpan.Zero;
        if (server.DrainTimeout <= longest)
            return server.DrainTimeout;
        log.Warning(
            "The drain of {0} may take {1}, but {2} is {3}; it ends after {4}",
            server.Server, server.DrainTimeout, TimeoutKey, limit, longest);
        return longest;
    }

    private static async Task<Done> All(IEnumerable<Task> tasks)
    {
        await Task.WhenAll(tasks).ConfigureAwait(false);
        return Done.Instance;
    }
}
