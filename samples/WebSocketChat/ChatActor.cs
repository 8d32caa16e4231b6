using Akka.Actor;

namespace WebSocketChat;

/// <summary>
/// The parent of the rooms, which it keeps while anybody is in them. Whoever joins comes by here, so it knows of those
/// under way, too, and stops no room under them.
/// </summary>
internal sealed class ChatActor : UntypedActor
{
    private readonly Dictionary<string, (IActorRef Actor, int Count)> _rooms = new(StringComparer.OrdinalIgnoreCase);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Join join:
                OnJoin(join);
                break;
            case Left left:
                OnLeft(left.Room);
                break;
        }
    }

    private void OnJoin(Join join)
    {
        if (!_rooms.TryGetValue(join.Room, out var room))
            room = (Context.ActorOf(Props.Create(() => new RoomActor(join.Room))), 0);
        _rooms[join.Room] = (room.Actor, room.Count + 1);
        room.Actor.Forward(join);
    }

    private void OnLeft(string name)
    {
        var (room, count) = _rooms[name];
        if (count > 1)
        {
            _rooms[name] = (room, count - 1);
            return;
        }

        _rooms.Remove(name);
        Context.Stop(room);
    }
}
