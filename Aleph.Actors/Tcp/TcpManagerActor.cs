using Akka.Actor;
using Aleph.Actors.Tcp.Client;
using Aleph.Actors.Tcp.Handlers;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tcp;

/// <summary>
/// Takes the commands that stock Akka.IO's TCP manager takes, and ours. Each bind is a child; connections that are
/// asked for belong to the parent of all outgoing ones. One per actor system, made by <see cref="TcpExtension"/>; ends
/// with it.
/// </summary>
internal sealed class TcpManagerActor : UntypedActor
{
    private readonly AlephExtension _aleph = AlephExtension.Get(Context.System);

    public static Props Create() => Props.CreateBy(new Producer()).WithDeploy(Deploy.Local);

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AkkaTcp.Bind { Handler: null } bind:
                Fail(bind, new ArgumentException("The handler of Tcp.Bind is null."));
                break;
            case AkkaTcp.Bind bind:
                Bind(BindingSpec.Of(bind, Sender, _aleph.TcpSettings));
                break;
            case TcpCommands.Bind bind:
                Bind(BindingSpec.Of(bind, Sender));
                break;
            case AkkaTcp.Command command when ConnectOf(command) is { } connect:
                connect.Run(_aleph.Outgoing, Self);
                break;
            case TcpCommands.GetStatistics:
                Sender.Tell(_aleph.OutgoingCounters.Snapshot(), Self);
                break;
            case AkkaTcp.Command command:
                Fail(command, new NotSupportedException("The manager takes commands to bind and to connect."));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private ConnectCommand? ConnectOf(AkkaTcp.Command command) =>
        ConnectCommand.Of(command, Sender, _aleph.TcpClientSettings);

    private void Bind(BindingSpec spec)
    {
        var faults = spec.Settings.Validate();
        if (faults.Count == 0)
            Context.ActorOf(BindingActor.Create(spec));
        else
            Fail(spec.Command, new ArgumentException(string.Join(Environment.NewLine, faults)));
    }

    private void Fail(AkkaTcp.Command command, Exception cause) =>
        Sender.Tell(command.FailureMessage.WithCause(cause), Self);

    private sealed class Producer : IIndirectActorProducer
    {
        public Type ActorType => typeof(TcpManagerActor);

        public ActorBase Produce() => new TcpManagerActor();

        public void Release(ActorBase actor)
        {
            // It owns nothing but its children.
        }
    }
}
