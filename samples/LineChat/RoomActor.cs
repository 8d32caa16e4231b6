using Akka.Actor;

namespace LineChat;

/// <summary>A room: what one in it says, all others hear. Whose session ends has left.</summary>
internal sealed class RoomActor(string name) : UntypedActor
{
    private readonly Dictionary<IActorRef, string> _members = [];

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Join join:
                Context.Watch(Sender);
                ToOthers($"* {join.Name} joined");
                _members[Sender] = join.Name;
                Sender.Tell(new Joined(name, Self));
                break;
            case Say say when _members.TryGetValue(Sender, out var speaker):
                ToOthers($"{speaker}: {say.Text}");
                break;
            case NameChanged changed when _members.TryGetValue(Sender, out var old):
                _members[Sender] = changed.Name;
                ToOthers($"* {old} is now {changed.Name}");
                break;
            case Who:
                var names = string.Join(", ", _members.Values.Order(StringComparer.Ordinal));
                Sender.Tell(new Tell($"* in {name}: {names}"));
                break;
            case Leave:
                Context.Unwatch(Sender);
                Remove(Sender);
                break;
            case Terminated terminated:
                Remove(terminated.ActorRef);
                break;
        }
    }

    private void Remove(IActorRef member)
    {
        if (!_members.Remove(member, out var who))
            return;
        Context.Parent.Tell(new Left(name));
        foreach (var other in _members.Keys)
            other.Tell(new Tell($"* {who} left"));
    }

    private void ToOthers(string line)
    {
        foreach (var member in _members.Keys.Where(m => !m.Equals(Sender)))
            member.Tell(new Tell(line));
    }
}
