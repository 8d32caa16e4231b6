using Akka.Actor;
using Aleph.Actors.Http;
using WebSocketChat;

namespace Soak.Servers;

/// <summary>The actors of the sample WebSocketChat, one chat for all HTTP servers.</summary>
internal sealed class RoomServer(ActorSystem system)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IActorRef _chat = system.ActorOf(Props.Create(() => new ChatActor()), "socket-rooms");

    public async ValueTask<HttpResponse> JoinAsync(HttpRequest request)
    {
        var query = request.ReadQuery();
        var member = await _chat.Ask<IActorRef>(new Join(query["room"]!, query["name"]!), Patience);
        return HttpResponse.WebSocket(request, member);
    }
}
