using System.Net;
using Akka.Actor;
using Aleph.Actors.Tcp;

namespace Aleph.Actors.Http.Server;

/// <summary>Makes HTTP of a server: the protocol of its connections, and what it answers beyond <see cref="ServerProtocol"/>.</summary>
internal sealed class HttpServerSpec(HttpServerHandler handler, HttpServerSettings settings) : IServerHooks
{
    private Http1ServerContext? _context;

    /// <summary>What a server of this handler and these settings is spawned from.</summary>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static ServerSpec Create(HttpServerHandler handler, HttpServerSettings settings)
    {
        SettingsFaults.ThrowIfAny(settings.Validate());
        var http = new HttpServerSpec(handler, settings);
        return new ServerSpec(_ => new Http1ServerProtocol(http.ContextOf), settings.Tcp) { Hooks = http };
    }

    public bool TryHandle(object message, IActorRef sender, IServerState server)
    {
        if (message is not HttpServerProtocol.GetStatistics)
            return false;
        var counters = _context?.Counters ?? new HttpServerCounters();
        sender.Tell(
            new HttpServerProtocol.Statistics(
                server.Statistics, counters.Requests, counters.Active, counters.Rejected, counters.Failed,
                _context?.Buffered.Count ?? 0),
            server.Self);
        return true;
    }

    public void OnBound(EndPoint localEndPoint)
    {
    }

    public void OnDraining()
    {
    }

    public void OnStopped()
    {
    }

    // The system is known only once a connection starts.
    private Http1ServerContext ContextOf(ActorSystem system)
    {
        if (Volatile.Read(ref _context) is { } known)
            return known;
        var fresh = new Http1ServerContext(system, handler, settings);
        return Interlocked.CompareExchange(ref _context, fresh, null) ?? fresh;
    }
}
