using System.Globalization;
using Akka.Actor;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp.Client;

/// <summary>
/// The parent of outgoing connections: spawns a connection actor for each <see cref="OutgoingRequest"/>. A connection
/// that fails is stopped, never restarted. One serves the facades of an actor system; it ends with its parent.
/// </summary>
internal sealed class OutgoingActor(ClientCounters counters) : UntypedActor
{
    private long _ids;

    /// <summary>Props of a parent that counts by <paramref name="counters"/>.</summary>
    public static Props Create(ClientCounters counters) =>
        Props.CreateBy(new Producer(counters)).WithDeploy(Deploy.Local);

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
        counters.Attempted();
        request.Counters = counters;
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
            Counters = request,
            Layer = request.Layer,
        };
        var connection = Context.ActorOf(ConnectionActor.Create(spec), id.ToString(CultureInfo.InvariantCulture));

        // Its outcome is the request's own task.
        _ = request.RunAsync(connection, id, Context.System);
    }

    private sealed class Producer(ClientCounters counters) : IIndirectActorProducer
    {
        public Type ActorType => typeof(OutgoingActor);

        public ActorBase Produce() => new OutgoingActor(counters);

        public void Release(ActorBase actor)
        {
        }
    }
}
