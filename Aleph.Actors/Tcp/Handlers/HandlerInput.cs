using Akka.Actor;
using Akka.IO;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tcp.Handlers;

/// <summary>
/// What a connection received on its way to the handler. The handler's mailbox is a bounded queue: every so many bytes
/// an <see cref="Identify"/> follows them, which every actor answers by itself when it gets there, and reading rests
/// while too much is not behind an answer yet. Used on the connection's turn.
/// </summary>
/// <remarks>A ref without an actor behind it (a stage's, an Ask's) does not answer, so it has no bound.</remarks>
internal sealed class HandlerInput(IConnection connection, bool pullMode, int? unreadLimit)
{
    // Of a mark: above these bits is the number of its handler, a former one's marks being of no interest.
    private const int PositionBits = 48;
    private const long PositionMask = (1L << PositionBits) - 1;

    private readonly int _limit = unreadLimit ?? int.MaxValue;
    private readonly bool _pullMode = pullMode;
    private IActorRef _handler = ActorRefs.Nobody;
    private bool _suspended = pullMode;
    private bool _held;
    private bool _paused;
    private bool _answers;
    private int _epoch;
    private long _pushed;
    private long _marked;
    private long _seen;

    private bool IsFull => _answers && _pushed - _seen >= _limit;

    /// <summary>Nothing is presented until there is a handler.</summary>
    public void Start() => Update();

    public void Open(IActorRef handler)
    {
        _handler = handler;
        _answers = handler is ActorRefWithCell or IInternalActorRef { IsLocal: false };

        // What a former handler has yet to read is no longer this one's business.
        _epoch = (_epoch + 1) & 0x7FFF;
        _marked = _seen = _pushed;
        Update();
    }

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        if (_handler.IsNobody() || _held)
            return 0;
        _handler.Tell(new AkkaTcp.Received(ByteString.FromBytes(data.ToArray())), connection.Self);
        _pushed += data.Length;
        if (_pullMode)
            _suspended = true;

        // Four marks to the limit: it is kept to within a quarter, and a mark costs little.
        if (_answers && _pushed - _marked >= _limit / 4)
            Mark();
        Update();
        return data.Length;
    }

    public void Suspend()
    {
        _suspended = true;
        Update();
    }

    public void Resume()
    {
        _suspended = false;
        Update();
    }

    /// <summary>Consumes nothing until <see cref="Release"/>: what comes is for somebody else.</summary>
    public void Hold() => _held = true;

    public void Release()
    {
        _held = false;

        // Whoever took what came may have ended a pause.
        _paused = false;
        connection.ResumeReading();
        Update();
    }

    /// <summary>Presents what is left in spite of everything: nothing else will ever come.</summary>
    public void Flush()
    {
        _paused = false;
        connection.ResumeReading();
    }

    /// <summary>
    /// Asks the handler to say when it has got to the end of what it was sent so far; false when it cannot say.
    /// </summary>
    public bool Mark()
    {
        if (!_answers)
            return false;
        _marked = _pushed;
        _handler.Tell(new Identify(((long)_epoch << PositionBits) | (_marked & PositionMask)), connection.Self);
        return true;
    }

    /// <summary>The handler's answer. True when it is at the end of what it was sent.</summary>
    public bool OnMark(long mark)
    {
        if (mark >> PositionBits != _epoch)
            return false;

        // The position is within the last 2^48 bytes.
        _seen = _pushed - ((_pushed - mark) & PositionMask);
        Update();
        return _seen == _pushed;
    }

    private void Update()
    {
        var pause = _suspended || _handler.IsNobody() || IsFull;
        if (pause == _paused)
            return;
        _paused = pause;
        if (pause)
            connection.PauseReading();
        else
            connection.ResumeReading();
    }
}
