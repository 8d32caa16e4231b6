using System.Diagnostics.CodeAnalysis;
using System.Net;
using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Transports.Tls;

/// <summary>
/// TLS over any other transport. The handshake runs on the thread pool and takes its bytes through a
/// <see cref="TlsWire"/>; from then on the host's bytes are encrypted and the peer's decrypted on the connection's
/// turn. It fails by closing what lies below, so that the peer still gets the alert that says why.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Leaving releases the stream, or the handshake does.")]
internal sealed class TlsTransport : ITransport, ITransportHost
{
    private const int Chunk = 32 * 1024;
    private const int HandshakeLimit = 64 * 1024;

    private readonly ITransport _inner;
    private readonly TlsRole _role;
    private readonly TimeProvider _time;
    private readonly OutputBuffer _output = new();
    private readonly Wake _wake;
    private readonly TlsWire _wire;
    private readonly TlsStream _stream;
    private readonly TlsReader _reader;
    private ITransportHost? _host;
    private TlsHandshake? _handshake;
    private long _deadline = long.MaxValue;
    private long _unreported;
    private TlsFirstBytes _first;
    private State _state;
    private Below _below;
    private bool _outputEnded;
    private bool _endReported;

    public TlsTransport(ITransport inner, TlsRole role, TimeProvider time)
    {
        (_inner, _role, _time) = (inner, role, time);
        _wake = new Wake(this);
        _wire = new TlsWire(_wake.Signal);
        _stream = new TlsStream(_wire);
        _reader = new TlsReader(_stream, _wire, data => _host!.OnReceived(data), OnDecryptionFailed);
    }

    private enum State
    {
        New,

        // The handshake has not begun: the peer's first record is not here yet.
        Waiting,
        Handshaking,
        Open,
        Failed,
        TimedOut,
        Closed,
    }

    /// <summary>What is known of the transport below.</summary>
    [Flags]
    private enum Below
    {
        None = 0,
        HoldsBytes = 1,
        Ended = 2,
    }

    public EndPoint? LocalEndPoint => _inner.LocalEndPoint;

    public EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    public ProxyHeader? ProxyHeader => _inner.ProxyHeader;

    public long? BytesAcknowledged => _inner.BytesAcknowledged;

    public bool IsOpening => _state is State.New or State.Waiting or State.Handshaking;

    public TlsSession? TlsSession { get; private set; }

    public bool IsInputTruncated => _reader.IsTruncated;

    public long Deadline => IsOpening ? Math.Min(_deadline, _inner.Deadline) : _inner.Deadline;

    public IActorRef Self => _host!.Self;

    public OutputBuffer Output => _output;

    public void Start(ITransportHost host)
    {
        var first = _host is null;
        _host = host;
        _endReported = false;
        if (!first)
        {
            _wake.Signal();
            return;
        }

        _state = State.Waiting;
        if (_role.HandshakeTimeout is { } timeout)
            _deadline = _time.GetTimestamp() + (long)(timeout.TotalSeconds * _time.TimestampFrequency);
        _inner.Start(this);

        // Whoever was the host before may have paused; the handshake needs bytes.
        _inner.ResumeReading();
        if (!_role.IsServer && !_inner.IsOpening)
            BeginHandshake();
    }

    public bool TryHandle(object message)
    {
        if (ReferenceEquals(message, _wake))
            OnWoken();
        else if (_handshake is not null && ReferenceEquals(message, _handshake))
            OnHandshakeOver();
        else
            return _inner.TryHandle(message);
        return true;
    }

    public void OnDeadline(long now)
    {
        if (now >= _inner.Deadline)
            _inner.OnDeadline(now);
        if (IsOpening && now >= _deadline)
        {
            Fail(
                State.TimedOut,
                new TlsException(TlsFailure.Timeout, $"no TLS handshake within {_role.HandshakeTimeout}"));
        }
    }

    public void Flush()
    {
        if (_state == State.Open)
            Encrypt();
        _inner.Flush();
    }

    public void PauseReading()
    {
        _reader.IsPaused = true;
        if (!IsOpening)
            _inner.PauseReading();
    }

    public void ResumeReading()
    {
        _reader.IsPaused = false;
        _wake.Signal();
    }

    public void ShutdownOutput()
    {
        if (_state != State.Open)
            return;
        EndOutput();
        _inner.ShutdownOutput();
    }

    public void Close()
    {
        if (_state == State.Closed)
            return;
        if (_state == State.Open)
            EndOutput();
        else
            _wire.Collect(_output);

        // What lies below still leaves, but of that nobody is told any more.
        Report(_unreported);
        Leave();
        _inner.Close();
    }

    public void Abort()
    {
        if (_state == State.Closed)
            return;
        var closes = _state == State.Failed;
        Leave();
        if (closes)
            _inner.Close();
        else
            _inner.Abort();
    }

    void ITransportHost.OnOpened()
    {
        if (!_role.IsServer && _state == State.Waiting)
            BeginHandshake();
    }

    int ITransportHost.OnReceived(ReadOnlySpan<byte> data)
    {
        if (_state is State.Failed or State.TimedOut or State.Closed)
            return data.Length;
        var isWilling = _state == State.Open ? _reader.IsWilling : true;
        if (!isWilling || _wire.Unread >= HandshakeLimit)
        {
            _below |= Below.HoldsBytes;
            return 0;
        }

        _below &= ~Below.HoldsBytes;
        Take(data);
        EndInputIfDue();
        return data.Length;
    }

    void ITransportHost.OnSent(int count)
    {
        ReportSent();
        if (_state == State.Open && _host!.Output.Length > 0)
            Encrypt();
    }

    void ITransportHost.OnPeerClosed()
    {
        _below |= Below.Ended;
        EndInputIfDue();
    }

    void ITransportHost.OnFailed(ConnectionEnd end)
    {
        if (IsOpening)
        {
            var cause = new TlsException(TlsFailure.PeerClosed, $"the connection broke: {end.Reason} {end.Detail}");
            end = new ConnectionEnd(ConnectionEndReason.HandshakeFailed, cause.Message) { Cause = cause };
        }
        else if (end.Reason == ConnectionEndReason.ConnectionReset)
        {
            LogIfUnheard();
        }

        _host!.OnFailed(end);
    }

    private void Take(ReadOnlySpan<byte> data)
    {
        if (IsOpening && _first.FaultOf(data, _role.IsServer) is { } fault)
        {
            Fail(State.Failed, fault);
            return;
        }

        _wire.Feed(data);
        if (_state == State.Waiting && TlsRecords.HasWhole(_wire.Peek()))
            BeginHandshake();
        else if (_state == State.Open)
            PumpAndReportEnd();
    }

    private void BeginHandshake()
    {
        _state = State.Handshaking;
        _handshake = new TlsHandshake(_stream, _role, Self);
        _handshake.Begin();
    }

    private void OnWoken()
    {
        _wake.IsSignalled = false;
        if (_state == State.Handshaking)
        {
            _wire.Collect(_output);
            _inner.Flush();
            if ((_below & Below.HoldsBytes) != 0 && _wire.Unread < HandshakeLimit)
                _inner.ResumeReading();
        }
        else if (_state == State.Open)
        {
            _reader.PresentAgain();
            ReportEnd();
            if (_reader.IsWilling)
                _inner.ResumeReading();
        }
    }

    private void OnHandshakeOver()
    {
        if (_state != State.Handshaking)
            return;
        if (_handshake!.Failure is { } failure)
        {
            _wire.Collect(_output);
            _inner.Flush();
            Fail(State.Failed, TlsFailures.Of(failure, _stream, _wire, _role));
            return;
        }

        _state = State.Open;
        _handshake = null;
        _wire.Open(_output);
        TlsSession = TlsSessions.Of(_stream);
        _inner.Flush();
        _host!.OnOpened();
        _wake.Signal();
    }

    private void PumpAndReportEnd()
    {
        _reader.Pump();
        ReportEnd();
    }

    private void ReportEnd()
    {
        if (_state != State.Open || _endReported || !_reader.HasEnded || _wake.IsSignalled)
            return;
        _endReported = true;
        if (_reader.IsTruncated)
            LogIfUnheard();
        _host!.OnPeerClosed();
    }

    // With TLS 1.3 a client has finished before it says what it thinks of the certificate, and not all say it.
    private void LogIfUnheard()
    {
        if (!_role.IsServer || _state != State.Open || _reader.HasReceived)
            return;
        if (Self is ActorRefWithCell { Underlying.System: { } system })
        {
            system.Log.Info(
                "A connection of {0} with {1} was left right after the TLS handshake; the client may not trust the " +
                "certificate.",
                LocalEndPoint, RemoteEndPoint);
        }
    }

    private void EndInputIfDue()
    {
        if (_below != Below.Ended || _state is State.Failed or State.TimedOut or State.Closed)
            return;
        if (_state == State.Waiting)
        {
            Fail(State.Failed, new TlsException(TlsFailure.PeerClosed, "the peer closed before the TLS handshake"));
            return;
        }

        _wire.End();
        if (_state == State.Open)
            PumpAndReportEnd();
    }

    private void Encrypt()
    {
        var plain = _host!.Output;
        while (plain.Length > 0 && !_output.IsAboveHighMark)
            EncryptFront(plain);
    }

    private void EncryptFront(OutputBuffer plain)
    {
        var memory = plain.Peek(Chunk);

        // Writes to the wire complete at once, so a write that does not waits for a handshake, which is never renewed.
        var write = _stream.WriteAsync(memory);
        if (!write.IsCompletedSuccessfully)
            throw new InvalidOperationException("TLS did not take what is to be sent.", write.AsTask().Exception);
        plain.Consume(memory.Length);
        _unreported += memory.Length;
        ReportSent();
    }

    // Cipher text is never shorter than its plain text: at most as much as is held here has not moved on.
    private void ReportSent() => Report(_unreported - Math.Min(_unreported, _output.Length));

    private void Report(long sent)
    {
        if (sent == 0)
            return;
        _unreported -= sent;
        _host!.OnSent((int)sent);
    }

    private void EndOutput()
    {
        if (_outputEnded)
            return;
        _outputEnded = true;
        while (_host!.Output.Length > 0)
            EncryptFront(_host.Output);

        // The close_notify goes to the wire at once, as all writes.
        // Should TLS refuse, the close follows without it, as from a peer that broke off.
        _ = _stream.ShutdownAsync().Exception;
    }

    private void OnDecryptionFailed(Exception cause)
    {
        var failure = TlsFailures.Of(cause, _stream, _wire, _role);

        // With TLS 1.3 a client is done before the server has seen its certificate: the refusal comes afterwards.
        var reason = _reader.HasReceived
            ? ConnectionEndReason.ProtocolError
            : ConnectionEndReason.HandshakeFailed;
        _state = State.Failed;
        _host!.OnFailed(new ConnectionEnd(reason, failure.Message) { Cause = failure });
    }

    private void Fail(State state, TlsException cause)
    {
        _state = state;
        LeaveHandshake();
        _host!.OnFailed(new ConnectionEnd(ConnectionEndReason.HandshakeFailed, cause.Message) { Cause = cause });
    }

    private void Leave()
    {
        _state = State.Closed;
        LeaveHandshake();
        _reader.Leave();
        _host?.Output.Clear();
    }

    private void LeaveHandshake()
    {
        var mayDispose = _handshake is null || _handshake.Leave();
        _wire.Break();
        if (mayDispose)
            _stream.Dispose();
    }

    /// <summary>
    /// The transport's message to its own actor: something came up on another thread, or is due later.
    /// </summary>
    private sealed class Wake(TlsTransport owner) : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        private int _signalled;

        public bool IsSignalled
        {
            get => Volatile.Read(ref _signalled) != 0;
            set => Volatile.Write(ref _signalled, value ? 1 : 0);
        }

        // Any thread.
        public void Signal()
        {
            if (Interlocked.Exchange(ref _signalled, 1) == 0)
                owner.Self.Tell(this, ActorRefs.NoSender);
        }
    }
}
