using Akka.Actor;

namespace Aleph.Actors.Tcp;

/// <summary>The commands that a server has yet to answer. Owned by the server actor and used on its turn.</summary>
internal sealed class ServerRequests
{
    private readonly List<(ServerProtocol.Command Command, IActorRef Sender)> _open = [];
    private long _drainStarted;
    private TimeSpan? _drainTime;

    public static ServerProtocol.CommandFailed NotListening(ServerProtocol.Command command) =>
        new(command, new InvalidOperationException("The server is draining or stopping and no longer listens"));

    public static ServerProtocol.CommandFailed Unknown(ServerProtocol.Command command) =>
        new(command, new NotSupportedException($"This server has no command {command.GetType().Name}"));

    public void Add(ServerProtocol.Command command, IActorRef sender) => _open.Add((command, sender));

    /// <summary>A drain has so much time from now on, unless an earlier one has less left.</summary>
    public void DrainBy(TimeProvider time, TimeSpan deadline)
    {
        if (_drainTime is not null && TimeLeft(time) <= deadline)
            return;
        _drainStarted = time.GetTimestamp();
        _drainTime = deadline;
    }

    /// <summary>What is left of the drain's time; zero or less when it is over.</summary>
    public TimeSpan TimeLeft(TimeProvider time) =>
        _drainTime is { } total ? total - time.GetElapsedTime(_drainStarted) : TimeSpan.Zero;

    /// <summary>Answers those who asked where the server listens. False when there are none.</summary>
    public bool AnswerBound(ServerProtocol.Event answer, IActorRef self)
    {
        foreach (var (command, sender) in _open)
        {
            if (command is ServerProtocol.GetBound)
                sender.Tell(answer, self);
        }

        return _open.RemoveAll(static r => r.Command is ServerProtocol.GetBound) > 0;
    }

    /// <summary>Nothing listens any more: answers those who wanted that.</summary>
    public void AnswerUnbound(IActorRef self)
    {
        foreach (var (command, sender) in _open)
        {
            if (command is ServerProtocol.Unbind)
                sender.Tell(ServerProtocol.Unbound.Instance, self);
        }

        _open.RemoveAll(static r => r.Command is ServerProtocol.Unbind);
    }

    /// <summary>The connections have ended: answers all that is open.</summary>
    public void AnswerEnd(int aborted, IActorRef self)
    {
        foreach (var (command, sender) in _open)
        {
            sender.Tell(
                command switch
                {
                    ServerProtocol.Drain => new ServerProtocol.Drained(aborted),
                    ServerProtocol.Unbind => ServerProtocol.Unbound.Instance,
                    ServerProtocol.Stop => ServerProtocol.Stopped.Instance,
                    _ => NotListening(command),
                },
                self);
        }

        _open.Clear();
    }

    /// <summary>The server was stopped by its parent or a poison pill.</summary>
    public void AnswerStopped(IActorRef self) => AnswerEnd(0, self);
}
