using Akka.Actor;
using Akka.Routing;
using Akka.Util;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Http.Client.Pool;

/// <summary>
/// The pool as an Akka.NET router: requests are routed on the caller's thread by <see cref="SlotRoutingLogic"/>, all
/// other messages go to the router's own actor, <see cref="PoolActor"/>, whose children the connections are.
/// </summary>
internal sealed class PoolRouterConfig(Func<ActorSystem, ClientContext> context)
    : Akka.Routing.Pool(0, null, Akka.Actor.SupervisorStrategy.StoppingStrategy, IoDispatcher.DispatcherId, false)
{
    public override bool StopRouterWhenAllRouteesRemoved => false;

    public override int GetNrOfInstances(ActorSystem system) => 0;

    public override Router CreateRouter(ActorSystem system) =>
        new(new SlotRoutingLogic(new PoolCore(context(system))), Array.Empty<Routee>());

#pragma warning disable AK1000 // Called by the router's cell, in the context of the actor that it makes.
    public override ActorBase CreateRouterActor() => new PoolActor();
#pragma warning restore AK1000

    public override bool IsManagementMessage(object message) =>
        message is not (ClientExchange or HttpRequest or PoolMessages.Attach);

    public override ISurrogate ToSurrogate(ActorSystem system) =>
        throw new NotSupportedException("A connection pool lives in the process that made it.");
}

/// <summary>Picks an idle connection for a request and reserves it, or hands it to the queue.</summary>
internal sealed class SlotRoutingLogic(PoolCore core) : RoutingLogic
{
    private readonly AskedRoutee _asked = new(core);

    public override Routee Select(object message, Routee[] routees)
    {
        switch (message)
        {
            case ClientExchange exchange:
                return core.Select(exchange);
            case PoolMessages.Attach attach:
                attach.Core = core;
                return NobodyRoutee.Instance;
            default:
                return _asked;
        }
    }

    /// <summary>A request that an actor told: its sender gets the response, or a <see
    /// cref="Status.Failure"/>.</summary>
    private sealed class AskedRoutee(PoolCore core) : Routee
    {
        public override void Send(object message, IActorRef sender)
        {
            try
            {
                var request = (HttpRequest)message;
                if (request.Url is { } url && HttpOrigin.Of(url) is var origin && origin != core.Context.Origin)
                    throw new ArgumentException($"The request is for {origin}; this pool is of {core.Context.Origin}.");
                var exchange = ClientExchange.Create(core.Context, request, CancellationToken.None);
                core.Select(exchange).Send(exchange, ActorRefs.NoSender);

                // The answer is the outcome; a failure becomes a message as well.
                _ = exchange.Answer.PipeTo(sender, ActorRefs.NoSender);
            }
            catch (Exception fault) when (fault is ArgumentException or InvalidOperationException)
            {
                sender.Tell(new Status.Failure(fault), ActorRefs.NoSender);
            }
        }
    }
}
