using System.Globalization;
using Akka.Actor;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp.Client;

/// <summary>
/// The parent of outgoing connections: spawns a connection actor for each <see cref="OutgoingRequest"/>. A connection
/// that fails is stopped, never restarted. One serves the facades of an actor system; it ends with its parent.
/// </summary>
internal sealed class OutgoingActor : UntypedActor
{
    private long _ids;

    public static Props Create() => Props.CreateBy(new Producer()).WithDeploy(Deploy.Local);

    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    protected override void OnReceive(object message)
    {
        if (message is OutgoingRequest request)
            Connect(request);
        else
            Unhandled(message);
    }

    private void Connect(OutgoingRequest request)
    {
        var id = ++_ids;
        var spec = new ConnectionSpec(
            info =>
            {
                request.Succeed(info);
                return request.Protocol(info);
            },
            request.Settings.Connection,
            request.Settings.Time)
        {
            Unstarted = request.Fail,
            WireLog = request.Settings.WireLog,
            IsClient = true,
            Layer = request.Layer,
        };
        var connection = Context.ActorOf(ConnectionActor.Create(spec), id.ToString(CultureInfo.InvariantCulture));

        // Its outcome is the request's own task.
        _ = request.RunAsync(connection, id, Context.System);
    }

    private sealed class Producer : IIndirectActorProducer
    {
        public Type ActorType => typeof(OutgoingActor);

        public ActorBase Produce() => new OutgoingActor();

        public void Release(ActorBase actor)
        {
        }
    }
}
