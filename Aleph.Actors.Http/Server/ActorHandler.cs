using Akka.Actor;

namespace Aleph.Actors.Http.Server;

/// <summary>One actor, or router, for all requests.</summary>
internal sealed class ActorHandler(IActorRef actor, int maxConcurrent) : HttpServerHandler
{
    private static readonly ProtocolError Stopped = new(
        HttpStatus.ServiceUnavailable, "handler_stopped", "The service has stopped (RFC 9110 15.6.4).");

    internal override string Name => actor.Path.ToString();

    internal override int MaxConcurrent => maxConcurrent;

    internal override bool IsHandOver => true;

    internal override ConnectionHandler Attach(IConnection connection) => new PerConnection(actor, connection.System);

    private sealed class PerConnection(IActorRef actor, ActorSystem system) : ConnectionHandler
    {
        public override ValueTask<HttpResponse> HandleAsync(HttpRequest request)
        {
            var reply = new ReplyRef(system, actor, Stopped);
            reply.Ask(request);
            return new ValueTask<HttpResponse>(reply.Answer);
        }
    }
}
