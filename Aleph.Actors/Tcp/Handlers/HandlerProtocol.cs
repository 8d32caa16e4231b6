using Akka.Actor;
using Akka.Event;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tcp.Handlers;

/// <summary>
/// The driver of a connection that one actor handles by Akka.IO's messages: what came is told to the handler, its
/// writes are sent. It watches the handler, whose death resets the connection, and tells it how the connection ended.
/// </summary>
internal sealed class HandlerProtocol(HandlerSpec spec) : IConnectionProtocol
{
    private readonly HashSet<IActorRef> _closers = [];
    private IConnection _connection = null!;
    private ActorCell _cell = null!;
    private HandlerInput _input = null!;
    private HandlerOutput _output = null!;
    private HandlerTls _tls = null!;
    private HandlerLinger _linger = null!;
    private IActorRef _handler = ActorRefs.Nobody;
    private IActorRef? _spawned;
    private AkkaTcp.ConnectionClosed _closed = AkkaTcp.Closed.Instance;
    private ConnectionEnd? _failure;
    private long _registerDeadline;
    private State _state;
    private Marks _marks;

    /// <summary>
    /// Closing waits for the output to leave, Confirming for that and for the peer's end.
    /// </summary>
    private enum State
    {
        Unregistered,
        Open,
        Closing,
        Confirming,
    }

    [Flags]
    private enum Marks
    {
        None = 0,
        PeerClosed = 1,
        KeepOpen = 2,
        FinSent = 4,
        Draining = 8,
        DrainHeld = 16,
        HandlerEnded = 32,
    }

    public long Deadline => _state is State.Unregistered ? _registerDeadline : _linger.Deadline;

    private IActorRef Sender => _cell.Sender ?? ActorRefs.Nobody;

    public void Start(IConnection connection)
    {
        _connection = connection;
        _cell = (ActorCell)((ActorRefWithCell)connection.Self).Underlying;
        _input = new HandlerInput(connection, spec.PullMode, spec.Settings.UnreadLimit);
        _output = new HandlerOutput(connection, spec.Settings.WriteBuffer);
        _tls = new HandlerTls(connection, _input, _output);
        _linger = new HandlerLinger(connection, spec.Settings.LingerTimeout);
        _input.Start();
        _registerDeadline = connection.Now
            + (long)(spec.Settings.RegisterTimeout.TotalSeconds * connection.Time.TimestampFrequency);
        if (spec.Spawner is { } spawner)
            spawner.Tell(new HandlersMessages.Spawn(connection.Info), connection.Self);
        else
            Greet(spec.Greeted!);
    }

    public int OnReceived(ReadOnlySpan<byte> data) => _input.OnReceived(data);

    public void OnMessage(object message)
    {
        switch (message)
        {
            case AkkaTcp.WriteCommand write:
                _output.Add(write, Sender);
                break;
            case ActorIdentity { MessageId: long mark }:
                OnMark(mark);
                break;
            case AkkaTcp.ResumeReading:
                _input.Resume();
                break;
            case AkkaTcp.SuspendReading:
                _input.Suspend();
                break;
            case AkkaTcp.ResumeWriting:
                _output.Resume(Sender);
                break;
            case AkkaTcp.CloseCommand close:
                OnClose(close);
                break;
            case Terminated terminated:
                OnTerminated(terminated.ActorRef);
                break;
            default:
                OnOther(message);
                break;
        }
    }

    public void OnWritable()
    {
    }

    public void OnSent()
    {
        _output.OnSent();
        _tls.Continue();
        GoOnClosing();
    }

    public void OnOpened() => _tls.OnOpened();

    public void OnPeerClosed()
    {
        _marks |= Marks.PeerClosed;
        if (_state is State.Confirming)
            GoOnClosing();
        else if (_state is State.Open)
            OnPeerClosedWhileOpen();
    }

    public bool OnFailed(ConnectionEnd end)
    {
        // Whoever registers next is to learn of it, and what was received goes before the news.
        _failure = end;
        if (_state is not State.Unregistered)
            PresentRest();
        return true;
    }

    public void OnDeadline(long now)
    {
        if (_state is State.Unregistered)
        {
            _connection.Abort(new ConnectionEnd(
                ConnectionEndReason.Timeout, $"Nobody registered as handler within {spec.Settings.RegisterTimeout}."));
        }
        else if (_linger.IsOver())
        {
            _connection.Abort(
                new ConnectionEnd(ConnectionEndReason.Timeout, "Unsent output at the linger deadline."));
        }
    }

    public void Drain()
    {
        if (Is(Marks.Draining))
            return;
        _marks |= Marks.Draining;
        if (_state is State.Open)
            DrainOpen();
    }

    public void OnEnded(ConnectionEnd end)
    {
        var closed = HandlerEvents.Of(end, _closed);
        _output.Fail(new IOException($"The connection has ended: {closed.Cause ?? closed.GetType().Name}"));
        if (!Is(Marks.HandlerEnded))
            _closers.Add(_handler);
        foreach (var closer in _closers)
            closer.Tell(closed, _connection.Self);

        // Behind all that it was sent, also when another has taken over.
        _spawned?.Tell(PoisonPill.Instance, _connection.Self);
    }

    private void OnOther(object message)
    {
        switch (message)
        {
            case AkkaTcp.Register register:
                OnRegister(register);
                break;
            case HandlersMessages.Spawned spawned:
                OnSpawned(spawned);
                break;
            case HandlersMessages.SpawnFailed failed:
                _connection.Abort(new ConnectionEnd(ConnectionEndReason.Failed, failed.Cause.Message));
                break;
            case TcpCommands.StartTls start:
                OnStartTls(start);
                break;
            case TcpCommands.GetInfo:
                Sender.Tell(new TcpEvents.Info(_connection.Info), _connection.Self);
                break;
            case TcpCommands.HoldDrain:
                _marks |= Marks.DrainHeld;
                break;
            case RestPresented:
                _connection.Abort(_failure!);
                break;
            default:
                _cell.System.EventStream.Publish(new UnhandledMessage(message, Sender, _connection.Self));
                break;
        }
    }

    private void Greet(IActorRef greeted)
    {
        _cell.Watch(greeted);
        if (spec.Gate is { IsOpen: false } gate)
            gate.Keeper.Tell(new Greeting(Connected()), _connection.Self);
        else
            greeted.Tell(Connected(), _connection.Self);
    }

    private AkkaTcp.Connected Connected() =>
        new(_connection.Info.RemoteEndPoint, _connection.Info.LocalEndPoint);

    private void OnSpawned(HandlersMessages.Spawned spawned)
    {
        if (_state is not State.Unregistered)
        {
            spawned.Release();
            return;
        }

        _spawned = spawned.Take()!;
        _spawned.Tell(Connected(), _connection.Self);
        Register(_spawned);
    }

    // As long as it is open another may take over, or the same one change its mind.
    private void OnRegister(AkkaTcp.Register register)
    {
        if (_state is State.Closing or State.Confirming)
            return;
        var keptOpen = Is(Marks.KeepOpen);
        if (register.KeepOpenOnPeerClosed)
            _marks |= Marks.KeepOpen;
        else
            _marks &= ~Marks.KeepOpen;
        if (!register.Handler.Equals(_handler))
            Register(register.Handler);
        else if (Is(Marks.PeerClosed) && keptOpen != Is(Marks.KeepOpen))
            OnPeerClosedWhileOpen();
    }

    private void Register(IActorRef handler)
    {
        var former = _state is State.Unregistered ? spec.Greeted : _handler;
        if (former is not null && !former.Equals(handler))
            _cell.Unwatch(former);
        _cell.Watch(handler);
        Open(handler);
        if (_failure is not null)
            PresentRest();
        else if (Is(Marks.PeerClosed))
            OnPeerClosedWhileOpen();
        else if (Is(Marks.Draining))
            DrainOpen();
    }

    private void Open(IActorRef handler)
    {
        _state = State.Open;
        _handler = handler;
        if (!_tls.IsBusy)
            _output.Open();
        _input.Open(handler);
    }

    // Kept open, it is told and goes on. Otherwise what the handler answers to what came last still leaves: its writes
    // come before its answer to the mark.
    private void OnPeerClosedWhileOpen()
    {
        if (Is(Marks.KeepOpen))
            _handler.Tell(AkkaTcp.PeerClosed.Instance, _connection.Self);
        else if (!_input.Mark())
            Close(State.Closing, AkkaTcp.PeerClosed.Instance);
    }

    private void DrainOpen()
    {
        if (spec.Spawner is not null)
            _handler.Tell(TcpEvents.Draining.Instance, _connection.Self);
        if (!_input.Mark())
            Close(State.Confirming, AkkaTcp.ConfirmedClosed.Instance);
    }

    private void OnMark(long mark)
    {
        if (!_input.OnMark(mark) || _state is not State.Open)
            return;
        if (Is(Marks.PeerClosed) && !Is(Marks.KeepOpen))
            Close(State.Closing, AkkaTcp.PeerClosed.Instance);
        else if (Is(Marks.Draining) && !Is(Marks.DrainHeld))
            Close(State.Confirming, AkkaTcp.ConfirmedClosed.Instance);
    }

    // What the reader still has is presented by its own message, before the one told here.
    private void PresentRest()
    {
        _input.Flush();
        _connection.Self.Tell(RestPresented.Instance, ActorRefs.NoSender);
    }

    private void OnStartTls(TcpCommands.StartTls start)
    {
        if (_state is State.Open && !Is(Marks.PeerClosed) && _failure is null && !_tls.IsBusy)
        {
            _tls.Begin(start, Sender);
            return;
        }

        Sender.Tell(
            start.FailureMessage.WithCause(new InvalidOperationException(
                "TLS begins on a connection that has a handler, is open in both directions, and does not begin it.")),
            _connection.Self);
    }

    private void OnClose(AkkaTcp.CloseCommand command)
    {
        _closers.Add(Sender);
        if (_state is State.Unregistered)
            Open(spec.Greeted ?? ActorRefs.Nobody);
        if (command is AkkaTcp.Abort)
            _connection.Abort(new ConnectionEnd(ConnectionEndReason.AbortedByApplication));
        else if (_failure is not null)
            PresentRest();
        else if (command is AkkaTcp.Close && _state is not State.Closing)
            Close(State.Closing, AkkaTcp.Closed.Instance);
        else if (_state is State.Open)
            Close(State.Confirming, AkkaTcp.ConfirmedClosed.Instance);
    }

    private void Close(State state, AkkaTcp.ConnectionClosed closed)
    {
        (_state, _closed) = (state, closed);

        // Whoever closes may stop at once: what it wrote still leaves.
        if (state is State.Closing)
            _cell.Unwatch(_handler);
        _output.Close(new IOException("The connection is closing"));
        GoOnClosing();
    }

    private void GoOnClosing()
    {
        if (_state is not (State.Closing or State.Confirming))
            return;
        if (_output.PendingBytes > 0)
        {
            _linger.Begin();
            return;
        }

        _linger.End();
        if (_state is State.Closing || Is(Marks.PeerClosed))
        {
            _connection.Close(Is(Marks.Draining) ? ConnectionEnd.Drained : ConnectionEnd.Completed);
        }
        else if (!Is(Marks.FinSent))
        {
            _marks |= Marks.FinSent;
            _connection.ShutdownOutput();
        }
    }

    private void OnTerminated(IActorRef actor)
    {
        var isHandler = actor.Equals(_handler);
        if (isHandler)
            _marks |= Marks.HandlerEnded;
        if (_state is State.Confirming && isHandler)
            Close(State.Closing, _closed);
        else if (isHandler || _state is State.Unregistered)
            _connection.Abort(new ConnectionEnd(ConnectionEndReason.AbortedByApplication, "The handler has ended."));
    }

    private bool Is(Marks any) => (_marks & any) != 0;

    /// <summary>To itself: what was received before the failure was presented.</summary>
    private sealed class RestPresented : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static RestPresented Instance { get; } = new();
    }
}
