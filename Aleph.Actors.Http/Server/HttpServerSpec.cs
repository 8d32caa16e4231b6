using System.Net;
using Akka.Actor;
using Aleph.Actors.Tcp;
using Aleph.Actors.Tcp.Streams;

namespace Aleph.Actors.Http.Server;

/// <summary>
/// Makes HTTP of one server: the protocol of its connections, and what it answers beyond <see cref="ServerProtocol"/>.
/// </summary>
internal sealed class HttpServerSpec : IServerHooks
{
    private static readonly HttpServerHandler Nobody =
        HttpServerHandler.Of(_ => HttpResponse.Of(HttpStatus.ServiceUnavailable));

    // Connections begin on other turns than the one that changes it.
    private volatile Http1ServerContext _context;

    private HttpServerSpec(Http1ServerContext context) => _context = context;

    /// <summary>What connections get that begin now.</summary>
    public Http1ServerContext Context => _context;

    /// <summary>The Props of a server, each spawn of which counts for itself.</summary>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static Props Props(HttpServerHandler handler, HttpServerSettings settings)
    {
        SettingsFaults.ThrowIfAny(settings.Validate());
        return ServerActor.Create(settings.Tcp, system => Create(system, handler, settings));
    }

    /// <summary>What one server of this handler and these settings is spawned from.</summary>
    /// <exception cref="ArgumentException">
    /// The settings are not valid, every fault is named; or <paramref name="system"/> has no such handler dispatcher.
    /// </exception>
    public static ServerSpec Create(ActorSystem system, HttpServerHandler handler, HttpServerSettings settings)
    {
        var http = new HttpServerSpec(ContextOf(system, handler, settings));
        return new ServerSpec(_ => new Http1ServerProtocol(http.Context), settings.Tcp) { Hooks = http };
    }

    /// <summary>
    /// The same for a server whose connections go to <paramref name="inlet"/>, to get a handler each.
    /// </summary>
    /// <exception cref="ArgumentException">As above.</exception>
    public static ServerSpec Create(
        ActorSystem system, ConnectionInlet<IncomingHttpConnection> inlet, HttpServerSettings settings)
    {
        var http = new HttpServerSpec(ContextOf(system, Nobody, settings));
        return new ServerSpec(_ => Unhandled(inlet, http.Context), settings.Tcp)
        {
            Hooks = http,
            Demand = inlet.Demand,
        };
    }

    public bool TryHandle(object message, IActorRef sender, IServerState server)
    {
        switch (message)
        {
            case HttpServerProtocol.GetStatistics:
                sender.Tell(Statistics(server), server.Self);
                return true;
            case HttpServerProtocol.SetLimits limits:
                sender.Tell(SetLimits(limits, server), server.Self);
                return true;
            default:
                return false;
        }
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

    private HttpServerProtocol.Statistics Statistics(IServerState server)
    {
        var counters = _context.Counters;
        return new HttpServerProtocol.Statistics(
            server.Statistics, counters.Requests, counters.Active, counters.Rejected, counters.Failed,
            _context.Buffered.Count)
        {
            ByStatus = counters.ByStatus(),
            TimedOut = counters.TimedOut,
            WebSockets = counters.WebSockets.Totals(),
        };
    }

    private ServerProtocol.Event SetLimits(HttpServerProtocol.SetLimits limits, IServerState server)
    {
        try
        {
            SettingsFaults.ThrowIfAny(limits.Settings.Validate());
            _context = _context.With(limits.Settings);
        }
        catch (Exception cause)
        {
            return new ServerProtocol.CommandFailed(limits, cause);
        }

        server.SetMaxConnections(limits.Settings.Tcp.MaxConnections);
        return ServerProtocol.LimitsChanged.Instance;
    }

    private static UnhandledProtocol Unhandled(
        ConnectionInlet<IncomingHttpConnection> inlet, Http1ServerContext context) => new(
        pending => inlet.Offer(new IncomingHttpConnection(pending, context)),
        context.Settings.UnhandledConnectionTimeout,
        "aleph.http.server.unhandled-connection-timeout");

    private static Http1ServerContext ContextOf(
        ActorSystem system, HttpServerHandler handler, HttpServerSettings settings)
    {
        SettingsFaults.ThrowIfAny(settings.Validate());
        var dispatcher = settings.HandlerDispatcher;
        if (dispatcher.Length > 0 && !system.Dispatchers.HasDispatcher(dispatcher))
        {
            throw new ArgumentException(
                $"aleph.http.server.handler-dispatcher is {dispatcher}; it must name a dispatcher of the actor " +
                "system's " +
                "configuration, or be empty",
                nameof(settings));
        }

        return new Http1ServerContext(system, handler, settings);
    }
}
