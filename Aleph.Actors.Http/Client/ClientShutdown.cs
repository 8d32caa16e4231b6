using System.Collections.Concurrent;
using Akka;
using Akka.Actor;

namespace Aleph.Actors.Http.Client;

/// <summary>
/// Closes the live clients of an actor system in its coordinated shutdown, in <c>service-stop</c>: after the servers
/// have ended, whose handlers may need them. What is under way may finish until a second before the phase ends. Any
/// thread.
/// </summary>
internal sealed class ClientShutdown
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<AlephHttpClient, byte> _clients = new();

    public ClientShutdown(ActorSystem system)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceStop, "aleph-http-clients", async () =>
        {
            var limit = shutdown.Timeout(CoordinatedShutdown.PhaseServiceStop);
            var deadline = limit > Margin ? limit - Margin : TimeSpan.Zero;
            await Task.WhenAll(_clients.Keys.Select(x => x.CloseAsync(deadline))).ConfigureAwait(false);
            return Done.Instance;
        });
    }

    public void Add(AlephHttpClient client) => _clients.TryAdd(client, 0);

    public void Remove(AlephHttpClient client) => _clients.TryRemove(client, out _);
}
