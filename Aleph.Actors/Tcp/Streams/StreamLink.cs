using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Tcp.Streams;

/// <summary>
/// What joins one connection with one stage: the bytes of both directions and how either side wakes the other. Told to
/// the connection's actor, it means "look at me". Made by the stage; any thread.
/// </summary>
/// <param name="window">How many bytes may wait in each direction.</param>
/// <param name="wake">Lets the stage look at it.</param>
internal sealed class StreamLink(int window, Action wake) : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private IActorRef? _connection;
    private Exception? _failure;
    private int _connectionWoken;
    private int _stageWoken;
    private volatile bool _aborted;
    private volatile bool _closed;

    public StreamInput Input { get; } = new(window);

    public StreamOutput Output { get; } = new(window);

    /// <summary>Whether the connection runs.</summary>
    public bool IsAttached => Volatile.Read(ref _connection) is not null;

    /// <summary>Whether the connection has ended.</summary>
    public bool IsClosed => _closed;

    /// <summary>Why it ended, or could not be made; null for a good end.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Whether the stage wants the connection to be reset.</summary>
    public bool IsAborted => _aborted;

    /// <summary>The connection: it runs, and takes wakes from now on.</summary>
    public void Attach(IActorRef connection)
    {
        Volatile.Write(ref _connection, connection);
        BeginConnectionTurn();
        WakeStage();
    }

    /// <summary>The connection: looks at the link; whatever happens from now on wakes it again.</summary>
    public void BeginConnectionTurn() => Interlocked.Exchange(ref _connectionWoken, 0);

    /// <summary>The stage: looks at the link; whatever happens from now on wakes it again.</summary>
    public void BeginStageTurn() => Interlocked.Exchange(ref _stageWoken, 0);

    public void WakeConnection()
    {
        if (Interlocked.Exchange(ref _connectionWoken, 1) == 0)
            Volatile.Read(ref _connection)?.Tell(this, ActorRefs.NoSender);
    }

    public void WakeStage()
    {
        if (Interlocked.Exchange(ref _stageWoken, 1) == 0)
            wake();
    }

    /// <summary>The stage: reset the connection.</summary>
    public void Abort()
    {
        _aborted = true;
        WakeConnection();
    }

    /// <summary>The connection has ended, or could not be made.</summary>
    /// <param name="failure">Why; null for a good end.</param>
    public void Close(Exception? failure)
    {
        if (failure is null)
            Input.End();
        else
            Volatile.Write(ref _failure, failure);
        _closed = true;
        WakeStage();
    }
}
