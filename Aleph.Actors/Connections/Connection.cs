using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Transports;

namespace Aleph.Actors.Connections;

/// <summary>
/// One connection without its actor: both faces, <see cref="IConnection"/> to the protocol and <see
/// cref="ITransportHost"/> to the transport. Commands are noted and carried out when neither of the two is on the
/// stack, by <see cref="EndTurn"/>.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The end of the connection disposes the timer.")]
internal sealed class Connection(IActorRef self, ActorSystem system, ConnectionSpec spec) : IConnection, ITransportHost
{
    private const int FlushSize = 32 * 1024;
    private const int LongestHold = 16;
    private const int StepsPerTurn = 16;

    private readonly DeadlineTimer _timer = new(self, spec.Time);
    private ConnectionCommands _commands;
    private ITransport? _transport;
    private IConnectionProtocol? _protocol;
    private ConnectionInfo? _info;
    private ILoggingAdapter? _log;
    private ConnectionRecord? _record;
    private long _now = -1;
    private long _lingerDeadline = long.MaxValue;
    private long _lastActive;
    private long _takenByPeer = -1;
    private long _sentReported;
    private int _held;
    private Marks _marks;

    [Flags]
    private enum Marks
    {
        None = 0,
        AboveHighMark = 1,
        PeerClosed = 2,
        Closing = 4,
        Ended = 8,
        ReportPeerClosedAgain = 16,
        FlushPromised = 32,
    }

    public ConnectionInfo Info => _info ?? throw new InvalidOperationException("The connection has no transport yet.");

    public IActorRef Self => self;

    public ActorSystem System => system;

    public ILoggingAdapter Log => _log ??= Logging.GetLogger(system, ConnectionLog.Name(_info));

    public TimeProvider Time => spec.Time;

    public long Now => _now >= 0 ? _now : _now = spec.Time.GetTimestamp();

    public OutputBuffer Output { get; } = new(spec.Settings.OutputHighMark);

    public long BytesSent { get; private set; }

    public long BytesReceived { get; private set; }

    public long BytesAcknowledged => _transport?.BytesAcknowledged ?? BytesSent;

    public bool IsInputTruncated => _transport is { IsInputTruncated: true };

    bool IConnection.SendsFiles => _transport is ISendsFiles { SendsFiles: true };

    public bool HasEnded => Is(Marks.Ended);

    /// <summary>Whether it has a transport.</summary>
    public bool IsAdopted => _record is not null;

    /// <summary>Logs what happens on it; null where nobody asks for that.</summary>
    public WireLog? Wire => _record?.Wire;

    private bool IsOpen => _protocol is not null && !Is(Marks.Closing | Marks.Ended);

    private long IdleDeadline =>
        spec.Settings.IdleTimeout is { } idle ? _lastActive + Ticks(idle) : long.MaxValue;

    private long NextDeadline => Is(Marks.Closing)
        ? _lingerDeadline
        : Math.Min(Math.Min(_protocol!.Deadline, _transport!.Deadline), IdleDeadline);

    public void PauseReading() => _transport?.PauseReading();

    public void ResumeReading() => _transport?.ResumeReading();

    public void ReplaceProtocol(IConnectionProtocol next) => _commands.NextProtocol = next;

    public void ReplaceTransport(Func<ITransport, ITransport> layer) => _commands.Layer = layer;

    public void ShutdownOutput() => _commands.ShutdownOutput = true;

    public void Close(ConnectionEnd end) => _commands.End ??= end;

    public void Abort(ConnectionEnd end)
    {
        _commands.End = end;
        _commands.IsAbort = true;
    }

    public void OnOpened()
    {
        _info = InfoOf(_transport!);
        _record?.Opened(_info);
        if (_protocol is not OpeningProtocol opening)
        {
            _protocol?.OnOpened();
            return;
        }

        if (!IsOpen || _commands.End is not null)
            return;
        _commands.NextProtocol = spec.Protocol(_info);
        _record?.Became(ConnectionState.Open);
        SwapProtocol();
        opening.PassOn(self);
    }

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        MarkActive();
        if (!IsOpen || _commands.End is not null)
            return data.Length;
        if (_commands.Layer is not null)
            return 0;
        var consumed = _protocol!.OnReceived(data);
        BytesReceived += consumed;
        SwapProtocol();
        return consumed;
    }

    public void OnSent(int count)
    {
        BytesSent += count;
        MarkActive();
    }

    public void OnPeerClosed()
    {
        if (_commands.Layer is not null)
            return;
        _marks |= Marks.PeerClosed;
        if (IsOpen && _commands.End is null)
            _protocol!.OnPeerClosed();
        SwapProtocol();
    }

    public void OnFailed(ConnectionEnd end)
    {
        if (!IsOpen || _commands.End is not null || !_protocol!.OnFailed(end))
            Abort(end);
    }

    public void BeginTurn() => _now = -1;

    /// <summary>Takes the transport and begins; ends at once when somebody else has taken it.</summary>
    public void Adopt(ConnectionMessages.Adopt adopt)
    {
        if (_transport is not null)
        {
            adopt.Release();
            return;
        }

        if (adopt.Take() is not { } transport)
        {
            Finish(ConnectionEnd.Stopped, isAbort: true);
            return;
        }

        _transport = transport;
        _info = new ConnectionInfo(adopt.Id, transport.LocalEndPoint, transport.RemoteEndPoint);
        _record = new ConnectionRecord(system, self, spec, _info);
        _transport = spec.Wrap(transport, _info, _record.Wire);
        _protocol = _transport.IsOpening ? new OpeningProtocol() : spec.Protocol(_info);
        MarkActive();
        _record.Began(
            _transport.IsOpening ? ConnectionState.Opening : ConnectionState.Open, _protocol.Name);
        _protocol.Start(this);
        _transport.Start(this);
    }

    public bool TryHandleInTransport(object message) => _transport is not null && _transport.TryHandle(message);

    public bool OnMessage(object message)
    {
        if (IsOpen)
        {
            _protocol!.OnMessage(message);
            return true;
        }

        if (message is IOwnsResource owner)
            owner.Release();
        return false;
    }

    public void OnTick()
    {
        _timer.OnTick();
        if (Is(Marks.Closing) && Now >= _lingerDeadline && !HasPeerTakenMore())
            Abort(new ConnectionEnd(ConnectionEndReason.Timeout, "Unsent output at the linger deadline."));
        else if (IsOpen)
            OnDeadlines();
    }

    public void OnGoOn()
    {
        _marks &= ~Marks.FlushPromised;
        if (!Is(Marks.ReportPeerClosedAgain))
            return;
        _marks &= ~Marks.ReportPeerClosedAgain;
        OnPeerClosed();
    }

    public void Drain()
    {
        if (_protocol is null)
            Finish(ConnectionEnd.Drained, isAbort: true);
        else if (IsOpen)
            DrainProtocol(_protocol);
    }

    /// <summary>How it stands.</summary>
    public ConnectionDescription Describe() => new(Info)
    {
        Protocol = _protocol?.Name ?? "",
        State = _record!.State,
        Age = _record.Age,
        BytesReceived = BytesReceived,
        BytesSent = BytesSent,
        BytesBuffered = Output.Length,
        Exchanges = _protocol?.Exchanges ?? [],
    };

    /// <summary>Carries out the commands, flushes, sets the timer.</summary>
    /// <param name="isMoreWaiting">Whether another message follows, with whose output this turn's may leave.</param>
    public void EndTurn(bool isMoreWaiting)
    {
        if (HasEnded || (_protocol is null && _commands.End is null))
            return;
        var mayHold = isMoreWaiting && _held < LongestHold;
        for (var step = 0; Step(mayHold); step++)
        {
            if (step < StepsPerTurn)
                continue;
            self.Tell(GoOn.Instance, ActorRefs.NoSender);
            break;
        }

        if (HasEnded)
            return;
        _record!.Count(BytesReceived, BytesSent);
        _timer.ArmFor(NextDeadline);
    }

    /// <summary>A bug showed: logs it and ends this connection.</summary>
    public void Fail(Exception cause)
    {
        Log.Error(cause, "{0} failed and is aborted.", ConnectionLog.Name(_info));
        if (!HasEnded)
            Finish(new ConnectionEnd(ConnectionEndReason.Failed, cause.Message), isAbort: true);
    }

    /// <summary>The actor has stopped: what is buffered still leaves, without it.</summary>
    public void Stop()
    {
        if (!HasEnded)
            Finish(_commands.End ?? ConnectionEnd.Stopped, isAbort: false);
    }

    private void DrainProtocol(IConnectionProtocol protocol)
    {
        _record!.Became(ConnectionState.Draining);
        protocol.Drain();
    }

    private void OnDeadlines()
    {
        if (Now >= _transport!.Deadline)
            _transport.OnDeadline(Now);
        if (Now >= _protocol!.Deadline)
            _protocol.OnDeadline(Now);
        if (Now >= IdleDeadline)
            Close(new ConnectionEnd(ConnectionEndReason.Timeout, $"Idle for {spec.Settings.IdleTimeout}."));
    }

    // One step of carrying out; true when it may have caused more to do.
    private bool Step(bool mayHold)
    {
        if (_commands is { End: { } failed, IsAbort: true })
        {
            Finish(failed, isAbort: true);
            return false;
        }

        if (SwapProtocol())
            return true;
        if (Output.IsAboveHighMark)
            _marks |= Marks.AboveHighMark;
        FlushUnlessHeld(mayHold);
        if (_commands is { IsAbort: true } || (BytesSent != _sentReported && ReportSent()))
            return true;
        if (_commands.Layer is { } layer && Output.Length == 0)
            return SwapTransport(layer);
        if (_commands.End is { } end)
            return CloseWhenSent(end);
        if (_commands.ShutdownOutput)
            return EndOutput();
        return Is(Marks.AboveHighMark) && Output.Length <= Output.LowMark && ReportWritable();
    }

    private void FlushUnlessHeld(bool mayHold)
    {
        if (Output.Length == 0)
            return;
        if (mayHold && Output.Length < FlushSize && !_commands.NeedFlush)
        {
            _held++;
            PromiseFlush();
            return;
        }

        _held = 0;
        _transport!.Flush();
    }

    // What waits may be one that Akka handles itself, such as Identify, after which no turn of ours would flush.
    private void PromiseFlush()
    {
        if (Is(Marks.FlushPromised))
            return;
        _marks |= Marks.FlushPromised;
        self.Tell(GoOn.Instance, ActorRefs.NoSender);
    }

    private bool SwapProtocol()
    {
        if (_commands.NextProtocol is not { } next || !IsOpen || _commands.End is not null)
            return false;
        _commands.NextProtocol = null;
        _protocol = next;
        _record?.Speaks(next.Name);

        // First, so that a pause which the successor begins with holds.
        _transport!.ResumeReading();
        next.Start(this);

        // After the unconsumed bytes, which the transport presents at its own message.
        if (Is(Marks.PeerClosed))
        {
            _marks |= Marks.ReportPeerClosedAgain;
            self.Tell(GoOn.Instance, ActorRefs.NoSender);
        }

        return true;
    }

    private bool SwapTransport(Func<ITransport, ITransport> layer)
    {
        _commands.Layer = null;
        _transport = layer(_transport!);
        _transport.Start(this);
        return true;
    }

    private bool EndOutput()
    {
        _commands.ShutdownOutput = false;
        _transport!.ShutdownOutput();
        return true;
    }

    // True when more was written.
    private bool ReportSent()
    {
        _sentReported = BytesSent;
        if (!IsOpen)
            return false;
        var length = Output.Length;
        _protocol!.OnSent();
        return Output.Length > length;
    }

    private bool ReportWritable()
    {
        _marks &= ~Marks.AboveHighMark;
        _protocol!.OnWritable();
        return true;
    }

    private bool CloseWhenSent(ConnectionEnd end)
    {
        if (Output.Length == 0)
        {
            Finish(end, isAbort: false);
        }
        else if (!Is(Marks.Closing))
        {
            _marks |= Marks.Closing;
            _record?.Became(ConnectionState.Closing);
            HasPeerTakenMore();
            _transport!.ResumeReading();
        }

        return false;
    }

    // A slow reader that still reads is waited for: the linger time begins anew.
    private bool HasPeerTakenMore()
    {
        var taken = BytesAcknowledged;
        if (taken == _takenByPeer || (_takenByPeer >= 0 && spec.Settings.LingerTimeout == TimeSpan.Zero))
            return false;
        _takenByPeer = taken;
        _lingerDeadline = Now + Ticks(spec.Settings.LingerTimeout);
        return true;
    }

    private void Finish(ConnectionEnd end, bool isAbort)
    {
        _marks |= Marks.Ended;
        _timer.Dispose();
        var wasOpen = _protocol is not (null or OpeningProtocol);
        if (!wasOpen)
            spec.Unstarted?.Invoke(end);
        try
        {
            _protocol?.OnEnded(end);
        }
#pragma warning disable CA1031 // The transport must be released whatever the protocol does.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Error(e, "{0} failed while it ended.", ConnectionLog.Name(_info));
        }

        if (isAbort)
            _transport?.Abort();
        else
            _transport?.Close();
        if (_record is { } record)
            record.Ended(end, BytesReceived, BytesSent);
        else
            spec.Counters?.Closed(end.Reason);
        ConnectionLog.Ended(system, _info, end, wasOpen);
    }

    private void MarkActive()
    {
        if (spec.Settings.IdleTimeout is not null)
            _lastActive = Now;
    }

    private ConnectionInfo InfoOf(ITransport transport) =>
        new(_info!.Id, transport.LocalEndPoint, transport.RemoteEndPoint)
        {
            Tls = transport.TlsSession,
            Proxy = transport.ProxyHeader,
        };

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * spec.Time.TimestampFrequency);

    private bool Is(Marks any) => (_marks & any) != 0;
}
