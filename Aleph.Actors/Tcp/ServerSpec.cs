using System.Net;
using Akka.Actor;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp;

/// <summary>What a server actor needs to know; the servers of protocols are built from it. Immutable.</summary>
/// <param name="Protocol">Makes the first protocol of each connection.</param>
/// <param name="Settings">Validated settings.</param>
internal sealed record ServerSpec(ConnectionProtocolFactory Protocol, TcpSettings Settings)
{
    /// <summary>What a protocol's server adds.</summary>
    public IServerHooks Hooks { get; init; } = NoServerHooks.Instance;

    /// <summary>
    /// Makes the handler actor of each connection; null where they have none. <see cref="Protocol"/> is the server's
    /// own business then.
    /// </summary>
    public Func<ConnectionInfo, Props>? Handlers { get; init; }

    /// <summary>The facade's view of the server; null lets the actor make its own.</summary>
    public LiveServer? Live { get; init; }

    /// <summary>Opens a listening socket; tests put another in its place.</summary>
    public Func<TcpSettings, EndPoint, IAcceptSource> Bind { get; init; } = SocketAcceptSource.Bind;

    /// <summary>Spawns a connection; null for the usual one. Tests put another in its place.</summary>
    public Props? Connection { get; init; }

    /// <summary>Puts TLS around each transport; null for none.</summary>
    public Func<ConnectionInfo, ITransport, ITransport>? Layer { get; init; }

    /// <summary>Who asks for each connection; null where all are welcome.</summary>
    public AcceptDemand? Demand { get; init; }

    /// <summary>A server whose connections have handler actors.</summary>
    public static ServerSpec Handled(Func<ConnectionInfo, Props> handlers, TcpSettings settings) =>
        new(static _ => throw new InvalidOperationException("The handlers have no parent yet"), settings)
        {
            Handlers = handlers,
        };

    public ConnectionSpec ForConnections() => new(Protocol, Settings.Connection, Settings.Time)
    {
        ProxyProtocol = Settings.ProxyProtocol,
        WireLog = Settings.WireLog,
        FilterBeforeTls = Settings.FilterBeforeTls,
        Layer = Layer,
        FilterAfterTls = Settings.FilterAfterTls,
        Unstarted = Demand is { } demand ? _ => demand.Ask(1) : null,
    };
}

/// <summary>What a protocol's server adds to the server actor. All members are called on that actor's turn.</summary>
internal interface IServerHooks
{
    /// <summary>Handles a message that the server does not know; false leaves it unhandled.</summary>
    /// <param name="message">The message.</param>
    /// <param name="sender">Whom to answer.</param>
    /// <param name="server">The server's state.</param>
    bool TryHandle(object message, IActorRef sender, IServerState server);

    /// <summary>The server listens.</summary>
    void OnBound(EndPoint localEndPoint);

    /// <summary>The server begins to drain or to stop. Called once.</summary>
    void OnDraining();

    /// <summary>The server actor has stopped; the last call.</summary>
    void OnStopped();
}

/// <summary>What hooks may ask of the server, on its turn.</summary>
internal interface IServerState
{
    /// <summary>The counters now.</summary>
    ServerProtocol.Statistics Statistics { get; }

    /// <summary>Where it listens; null before that is known.</summary>
    EndPoint? LocalEndPoint { get; }

    /// <summary>The server actor.</summary>
    IActorRef Self { get; }

    /// <summary>Changes how many connections may be open at a time; null for no limit.</summary>
    void SetMaxConnections(int? max);
}

/// <summary>Adds nothing.</summary>
internal sealed class NoServerHooks : IServerHooks
{
    public static NoServerHooks Instance { get; } = new();

    public bool TryHandle(object message, IActorRef sender, IServerState server) => false;

    public void OnBound(EndPoint localEndPoint)
    {
    }

    public void OnDraining()
    {
    }

    public void OnStopped()
    {
    }
}
