using Akka.Actor;

namespace LineChat;

/// <summary>
/// The parent of rooms and sessions. It owns the names, and the rooms while anybody is in them: whoever joins comes by
/// here, so it knows of those under way, too, and stops no room under them.
/// </summary>
internal sealed class ChatActor : UntypedActor
{
    private readonly Dictionary<string, IActorRef> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, (IActorRef Actor, int Count)> _rooms = new(StringComparer.OrdinalIgnoreCase);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Session.Opened opened:
                Sender.Tell(Context.Watch(Context.ActorOf(Session.Props(opened.Id, opened.Output))));
                break;
            case Rename rename:
                OnRename(rename.Name);
                break;
            case Join join:
                OnJoin(join);
                break;
            case Left left:
                OnLeft(left.Room);
                break;
            case ListRooms:
                var rooms = _rooms.OrderBy(r => r.Key, StringComparer.Ordinal)
                    .Select(r => $"{r.Key} ({r.Value.Count})");
                Sender.Tell(new Tell("* rooms: " + string.Join(", ", rooms)));
                break;
            case Terminated terminated:
                FreeNames(terminated.ActorRef);
                break;
        }
    }

    private void OnRename(string name)
    {
        if (_names.TryGetValue(name, out var owner) && !owner.Equals(Sender))
        {
            Sender.Tell(new NameTaken(name));
            return;
        }

        FreeNames(Sender);
        _names.Add(name, Sender);
        Sender.Tell(new Renamed(name));
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

    private void FreeNames(IActorRef session)
    {
        foreach (var name in _names.Where(n => n.Value.Equals(session)).Select(n => n.Key).ToList())
            _names.Remove(name);
    }
}
