using Akka.Actor;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tcp.Client;

/// <summary>
/// A client: the actor that users spawn by <see cref="TcpClient.Props"/>. It connects where it is told to, and its
/// connections are below it: they close when it ends. A connection that fails is stopped, alone.
/// </summary>
internal sealed class TcpClientActor : UntypedActor
{
    private readonly TcpClientSettings _settings;
    private readonly IActorRef _connections;
    private readonly ClientCounters _counters = new();

    private TcpClientActor(TcpClientSettings? settings)
    {
        // Also where it is not asked for settings: the dispatcher of connections is its business.
        var aleph = AlephExtension.Get(Context.System);
        _settings = settings ?? aleph.TcpClientSettings;
        _connections = Context.ActorOf(OutgoingActor.Create(_counters), "connections");
    }

    /// <summary>The Props of a client.</summary>
    /// <param name="settings">Valid; null for those of the system.</param>
    public static Props Create(TcpClientSettings? settings) =>
        Props.CreateBy(new Producer(settings)).WithDeploy(Deploy.Local);

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AkkaTcp.Command command when ConnectCommand.Of(command, Sender, _settings) is { } connect:
                connect.Run(_connections, Self);
                break;
            case TcpCommands.GetStatistics:
                Sender.Tell(_counters.Snapshot(), Self);
                break;
            case AkkaTcp.Command command:
                Sender.Tell(
                    command.FailureMessage.WithCause(new NotSupportedException("A client takes commands to connect.")),
                    Self);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private sealed class Producer(TcpClientSettings? settings) : IIndirectActorProducer
    {
        public Type ActorType => typeof(TcpClientActor);

        public ActorBase Produce() => new TcpClientActor(settings);

        public void Release(ActorBase actor)
        {
            // It owns nothing but its child.
        }
    }
}
