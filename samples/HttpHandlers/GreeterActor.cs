using Akka.Actor;
using Aleph.Actors.Http;

namespace HttpHandlers;

/// <summary>Answers each request that it is told, to its sender. Serves as one for all and as one for each.</summary>
internal sealed class GreeterActor : ReceiveActor
{
    private int _greeted;

    public GreeterActor() =>
        Receive<HttpRequest>(
            request => Sender.Tell(HttpResponse.Text($"hello, {request.Path}, number {++_greeted}\n")));
}
