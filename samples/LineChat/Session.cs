using Akka.Actor;

namespace LineChat;

/// <summary>
/// What one user does: takes the lines of the connection, one at a time, and sends lines to it. It ends with the
/// connection.
/// </summary>
internal sealed class Session(long id, IActorRef output) : UntypedActor
{
    private const string FirstRoom = "lobby";
    private const string Help = "* /name NAME, /join ROOM, /who, /rooms, /quit; anything else is said to the room";

    private string _name = "";
    private string _room = "";
    private IActorRef _roomActor = ActorRefs.Nobody;
    private IActorRef _input = ActorRefs.Nobody;
    private bool _isMoving = true;

    public static Props Props(long id, IActorRef output) => Akka.Actor.Props.Create(() => new Session(id, output));

    protected override void PreStart()
    {
        output.Tell("* welcome. " + Help[2..]);
        Context.Parent.Tell(new Rename($"guest{id}"));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Begin:
                _input = Sender;
                AskForLine();
                break;
            case string line:
                OnLine(line);
                AskForLine();
                break;
            case Tell tell:
                output.Tell(tell.Line);
                break;
            case Renamed renamed:
                OnRenamed(renamed.Name);
                break;
            case NameTaken taken:
                output.Tell($"* {taken.Name} is taken; choose another name");
                Moved();
                break;
            case Joined joined:
                (_room, _roomActor) = (joined.Room, joined.Actor);
                output.Tell($"* you are {_name} in {_room}");
                Moved();
                break;
            case End:
                output.Tell("* goodbye");
                Context.Stop(Self);
                break;
            case Status.Failure:
                Context.Stop(Self);
                break;
        }
    }

    // What was sent to the output still leaves; then the connection half-closes.
    protected override void PostStop() => output.Tell(new Status.Success("goodbye"));

    // Not while a name or a room is on its way: what comes next is said under the new one.
    private void AskForLine()
    {
        if (!_isMoving)
            _input.Tell(Taken.Instance);
    }

    private void Moved()
    {
        _isMoving = false;
        AskForLine();
    }

    private void OnLine(string line)
    {
        var (command, text) = line.Split(' ', 2, StringSplitOptions.TrimEntries) is [var first, var rest]
            ? (first, rest)
            : (line, "");
        switch (command)
        {
            case "":
                break;
            case "/name" when IsWord(text):
                _isMoving = true;
                Context.Parent.Tell(new Rename(text));
                break;
            case "/join" when IsWord(text):
                Enter(text);
                break;
            case "/name" or "/join":
                output.Tell($"* {command} needs 1 to 20 letters, digits, - or _");
                break;
            case "/who":
                _roomActor.Tell(new Who());
                break;
            case "/rooms":
                Context.Parent.Tell(new ListRooms());
                break;
            case "/quit":
                output.Tell("* goodbye");
                Context.Stop(Self);
                break;
            case var _ when line[0] == '/':
                output.Tell(Help);
                break;
            default:
                _roomActor.Tell(new Say(line));
                break;
        }
    }

    private void Enter(string room)
    {
        if (string.Equals(room, _room, StringComparison.OrdinalIgnoreCase))
            return;
        _isMoving = true;
        _roomActor.Tell(new Leave());
        _roomActor = ActorRefs.Nobody;
        _room = room;
        Context.Parent.Tell(new Join(room, _name));
    }

    private void OnRenamed(string name)
    {
        _name = name;
        if (_room.Length == 0)
        {
            Enter(FirstRoom);
            return;
        }

        _roomActor.Tell(new NameChanged(name));
        output.Tell($"* you are {name}");
        Moved();
    }

    private static bool IsWord(string text) =>
        text.Length is >= 1 and <= 20 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>A connection to the chat, which answers with its session.</summary>
    /// <param name="Id">Its number.</param>
    /// <param name="Output">Takes lines for the user.</param>
    internal sealed record Opened(long Id, IActorRef Output);

    /// <summary>The connection begins to send lines.</summary>
    internal sealed record Begin;

    /// <summary>To the connection: the next line, please.</summary>
    internal sealed class Taken
    {
        public static Taken Instance { get; } = new();
    }

    /// <summary>The user sends no more.</summary>
    internal sealed record End;
}
