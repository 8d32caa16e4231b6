using System.Text.Json;
using Akka.Actor;
using Aleph.Actors.Http;

namespace WebSocketChat;

/// <summary>
/// A room, the parent of its members: what one says, all hear, encoded once for all of them. A member that does not
/// read is sent away when 256 KiB wait for it.
/// </summary>
internal sealed class RoomActor(string room) : UntypedActor
{
    private readonly WebSocketBroadcast _sockets = new(256 * 1024, SlowPeerPolicy.Close);
    private readonly Dictionary<IActorRef, string> _names = [];
    private readonly HashSet<IActorRef> _present = [];

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Join join:
                OnJoin(join.Name);
                break;
            case Entered entered:
                _present.Add(Sender);
                _sockets.Add(entered.Socket);
                Tell(new { type = "members", names = Present(), joined = entered.Name });
                break;
            case Said said:
                Tell(new { type = "said", name = said.Name, text = said.Text });
                break;
            case Terminated gone:
                OnGone(gone.ActorRef);
                break;
        }
    }

    // Who comes back after a lost connection may still be here under the old one, so names are made different.
    private void OnJoin(string wanted)
    {
        var name = wanted;
        for (var number = 2; _names.ContainsValue(name); number++)
            name = $"{wanted}-{number}";
        var member = Context.Watch(Context.ActorOf(Props.Create(() => new MemberActor(room, name))));
        _names.Add(member, name);
        Sender.Tell(member);
    }

    private void OnGone(IActorRef member)
    {
        _names.Remove(member, out var name);
        if (_present.Remove(member))
            Tell(new { type = "members", names = Present(), left = name });
        Context.Parent.Tell(new Left(room));
    }

    private string[] Present() => [.. _present.Select(member => _names[member]).Order(StringComparer.Ordinal)];

    private void Tell(object message) => _sockets.Send(JsonSerializer.Serialize(message));
}
