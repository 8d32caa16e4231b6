using System.Net;
using Akka.Actor;
using Aleph.Actors.Tcp;

namespace Aleph.Actors;

/// <summary>
/// A server that listens, for code outside actors. Disposing it drains the server; so does a coordinated shutdown of
/// its actor system. All members may be called from any thread.
/// </summary>
public sealed class ServerBinding : IAsyncDisposable
{
    private readonly LiveServer _live;
    private readonly TimeSpan _drainTimeout;

    private ServerBinding(IActorRef actor, LiveServer live, EndPoint localEndPoint, TimeSpan drainTimeout)
    {
        Actor = actor;
        _live = live;
        _drainTimeout = drainTimeout;
        LocalEndPoint = localEndPoint;
    }

    /// <summary>Where the server listens, with the actual port.</summary>
    public EndPoint LocalEndPoint { get; }

    /// <summary>The server actor, which speaks <see cref="ServerProtocol"/>.</summary>
    public IActorRef Actor { get; }

    /// <summary>
    /// Whether the server wants new connections: false as soon as it begins to drain or to stop, before it stops
    /// listening.
    /// </summary>
    public bool IsReady => _live.IsReady;

    /// <summary>
    /// Completes when the server and all its connections have ended, for whatever reason. Never fails.
    /// </summary>
    public Task Completion => _live.Ended;

    /// <summary>
    /// Stops listening and completes when nothing listens any more; connections go on, and the server ends with the
    /// last of them. Harmless when repeated, and when the server has ended.
    /// </summary>
    public Task UnbindAsync()
    {
        Actor.Tell(ServerProtocol.Unbind.Instance, ActorRefs.NoSender);
        return _live.Unbound;
    }

    /// <summary>
    /// Stops listening, lets connections finish until the deadline, resets the rest, and completes when all have ended.
    /// Harmless when repeated, and when the server has ended.
    /// </summary>
    /// <param name="deadline">How long they may take; null for the settings' drain timeout, zero resets at
    /// once.</param>
    public Task DrainAsync(TimeSpan? deadline = null)
    {
        Actor.Tell(new ServerProtocol.Drain(deadline ?? _drainTimeout), ActorRefs.NoSender);
        return _live.Ended;
    }

    /// <summary>Drains with the settings' drain timeout.</summary>
    public async ValueTask DisposeAsync() => await DrainAsync().ConfigureAwait(false);

    /// <summary>The server's counters; also after its end.</summary>
    public Task<ServerProtocol.Statistics> GetStatisticsAsync() => Task.FromResult(_live.Counters.Snapshot());

    /// <summary>Spawns the server of <paramref name="spec"/> and waits until it listens.</summary>
    internal static async Task<ServerBinding> BindAsync(ActorSystem system, ServerSpec spec, string? name)
    {
        var live = new LiveServer();
        var actor = Spawn(system, spec with { Live = live }, name);
        var endPoint = await live.Bound.ConfigureAwait(false);
        return new ServerBinding(actor, live, endPoint, spec.Settings.DrainTimeout);
    }

    private static IActorRef Spawn(ActorSystem system, ServerSpec spec, string? name)
    {
        try
        {
            return system.ActorOf(ServerActor.Create(spec), name);
        }
        catch (InvalidOperationException cause)
        {
            // The system is ending.
            throw new BindException(spec.Settings.EndPoint, cause);
        }
    }
}
