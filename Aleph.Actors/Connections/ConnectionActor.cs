using Akka.Actor;

namespace Aleph.Actors.Connections;

/// <summary>
/// One connection as an actor: owns a transport and a protocol and gives them their turns. Made by its supervisor,
/// whose first message is <see cref="ConnectionMessages.Adopt"/>; stops itself when the connection ends. A fault of the
/// protocol or the transport ends this connection only, as does stopping the actor.
/// </summary>
internal sealed class ConnectionActor : UntypedActor
{
    private readonly Connection _connection;
    private readonly ActorCell _cell;

    private ConnectionActor(ConnectionSpec spec)
    {
        _cell = (ActorCell)Context;
        _connection = new Connection(Self, Context.System, spec);
    }

    /// <summary>Props for all connections of one server or client; make them once and share them.</summary>
    public static Props Create(ConnectionSpec spec) =>
        Props.CreateBy(new Producer(spec))
            .WithDeploy(Deploy.Local)
            .WithDispatcher(IoDispatcher.DispatcherId)
            .WithMailbox(IoDispatcher.MailboxId);

    protected override void OnReceive(object message)
    {
        try
        {
            _connection.BeginTurn();
            if (!Handle(message))
                LeaveBehind(message);
            _connection.EndTurn(_cell.HasMessages);
        }
#pragma warning disable CA1031 // Whatever a protocol throws ends its connection, and nothing else.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _connection.Fail(e);
        }

        if (_connection.HasEnded)
            Context.Stop(Self);
    }

    // A child works for one exchange: restarted, it would not know of it, and nobody would answer.
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void PostStop() => _connection.Stop();

    // Whom a protocol watched may end while the connection closes: nobody is interested any more.
    private void LeaveBehind(object message)
    {
        if (message is not Terminated)
            Unhandled(message);
    }

    private bool Handle(object message)
    {
        if (_connection.TryHandleInTransport(message))
            return true;
        switch (message)
        {
            case ConnectionMessages.Adopt adopt:
                _connection.Adopt(adopt);
                return true;
            case DeadlineTimer.Tick:
                _connection.OnTick();
                return true;
            case GoOn:
                _connection.OnGoOn();
                return true;
            case ConnectionMessages.Drain:
                _connection.Drain();
                return true;
            case ConnectionMessages.Describe describe:
                Describe(describe);
                return true;
            case ConnectionMessages.Abort abort:
                _connection.Abort(abort.End);
                return true;
            default:
                return _connection.OnMessage(message);
        }
    }

    private void Describe(ConnectionMessages.Describe describe)
    {
        if (_connection.IsAdopted)
            describe.Answer(_connection.Describe());
        else
            describe.Release();
    }

    private sealed class Producer(ConnectionSpec spec) : IIndirectActorProducer
    {
        public Type ActorType => typeof(ConnectionActor);

        public ActorBase Produce() => new ConnectionActor(spec);

        public void Release(ActorBase actor)
        {
            // The connection released everything in PostStop.
        }
    }
}
