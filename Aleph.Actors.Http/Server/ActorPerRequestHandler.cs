using Akka.Actor;
using Akka.Actor.Internal;

namespace Aleph.Actors.Http.Server;

/// <summary>A child of the connection for each request, stopped when it has answered.</summary>
internal sealed class ActorPerRequestHandler(Props props, int maxConcurrent) : HttpServerHandler
{
    private static readonly ProtocolError Stopped = new(
        HttpStatus.InternalServerError, "handler_stopped",
            "The request's handler stopped before it answered (RFC 9110 15.6.1).");

    internal override string Name => props.TypeName;

    internal override int MaxConcurrent => maxConcurrent;

    internal override bool IsHandOver => true;

    internal override ConnectionHandler Attach(IConnection connection) => new PerConnection(props, connection.System);

    private sealed class PerConnection(Props props, ActorSystem system) : ConnectionHandler
    {
        public override async ValueTask<HttpResponse> HandleAsync(HttpRequest request)
        {
            // On the turn: the connection's cell is current, and the new actor is its child.
            var connection = InternalCurrentActorCellKeeper.Current
                ?? throw new InvalidOperationException("An actor for a request is made on its connection's turn.");
            var actor = connection.ActorOf(props);
            var reply = new ReplyRef(system, actor, Stopped);
            reply.Ask(request);
            try
            {
                return await reply.Answer.ConfigureAwait(false);
            }
            finally
            {
                actor.Tell(PoisonPill.Instance);
            }
        }
    }
}
