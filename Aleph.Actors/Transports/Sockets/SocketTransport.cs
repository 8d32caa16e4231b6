using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Transports.Sockets;

/// <summary>
/// A connected socket as a transport. One receive is outstanding while there is room for bytes, also in a pause, so
/// that the peer's end is noticed; sends are tried at once and wait only for a full kernel buffer. Closing hands what
/// is in flight to a <see cref="SocketCloser"/>, which outlives the actor.
/// </summary>
internal sealed class SocketTransport(Socket socket, ConnectionSettings settings, TimeProvider time)
    : ITransport, ISendsFiles
{
    private const int ReadBudget = 256 * 1024;
    private const int FileBudget = 1024 * 1024;

    private readonly SocketReader _reader = new(socket, settings, ReadBudget);
    private ITransportHost? _host;
    private SendOperation? _send;
    private State _state;
    private bool _finWanted;

    private enum State
    {
        New,
        Idle,
        Sending,
        Resting,
        Failed,
        Closed,
    }

    public EndPoint? LocalEndPoint { get; } = socket.LocalEndPoint;

    public EndPoint? RemoteEndPoint { get; } = socket.RemoteEndPoint;

    // The loops of inline completions must not wait for a disk.
    public bool SendsFiles => SendFile.IsSupported && !settings.InlineCompletions;

    public long? BytesAcknowledged => _state == State.Closed ? null : SocketProgress.BytesAcknowledged(socket);

    internal bool HasFailed { get; private set; }

    /// <summary>A send is in flight on a connection that is over: its completion will say how it ended.</summary>
    internal bool MaySendHaveFailed => _state == State.Sending && SocketProgress.IsOver(socket);

    public void Start(ITransportHost host)
    {
        _host = host;
        if (_state == State.New)
        {
            _state = State.Idle;
            socket.Blocking = false;
            if (settings.InlineCompletions)
                InlineCompletions.Enable(socket, host.Self);
        }

        _reader.Start(this, host);
    }

    public bool TryHandle(object message)
    {
        if (_reader.TryHandle(message))
            return true;
        if (message is SendOn)
        {
            if (_state == State.Resting)
                _state = State.Idle;
            Flush();
            return true;
        }

        if (_send is null || !ReferenceEquals(message, _send))
            return false;
        if (_state == State.Sending)
            OnSendCompleted(_send.SocketError, _send.BytesTransferred);
        return true;
    }

    public void Flush()
    {
        if (_state != State.Idle)
            return;
        var output = _host!.Output;
        for (var left = FileBudget; output.Length > 0;)
        {
            if (left <= 0)
            {
                Rest();
                return;
            }

            var isFile = output.FileAtFront is not null;
            var error = SocketOutput.Send(socket, output, out var sent);
            left -= isFile ? sent : 0;
            if (error == SocketError.WouldBlock)
            {
                if (!SendWhenWritable(SocketOutput.Peek(output)))
                    return;
            }
            else if (!EndSend(error, sent))
            {
                return;
            }
        }

        if (_finWanted)
            SendFin();
    }

    public void PauseReading() => _reader.Pause();

    public void ResumeReading() => _reader.Resume();

    public void ShutdownOutput()
    {
        if (_finWanted)
            return;
        _finWanted = true;
        Flush();
    }

    public void Close()
    {
        if (_state == State.Closed)
            return;
        if (_state is State.New or State.Failed)
            Abort();
        else
            Leave(abort: false);
    }

    public void Abort()
    {
        if (_state != State.Closed)
            Leave(abort: true);
    }

    internal void Fail(SocketError error)
    {
        if (HasFailed || _state == State.Closed)
            return;
        HasFailed = true;
        _reader.Fail();
        if (_state != State.Sending)
            _state = State.Failed;
        _host!.OnFailed(_host.Output.FileAtFront?.Fault is { } fault
            ? new ConnectionEnd(ConnectionEndReason.AbortedByApplication, fault)
            : SocketErrors.ToEnd(error));
    }

    private void OnSendCompleted(SocketError error, int sent)
    {
        _state = HasFailed ? State.Failed : State.Idle;
        if (error == SocketError.Success)
            EndSend(error, sent);

        // A broken pipe alone says that the input had ended before.
        else if (error != SocketError.Shutdown)
            Fail(error);
        _reader.SendEnded();
        if (error == SocketError.Success)
            Flush();
        else
            Fail(error);
    }

    // A file can be as long as it likes, and its reader as fast: others have their turn, too.
    private void Rest()
    {
        _state = State.Resting;
        _host!.Self.Tell(SendOn.Instance, ActorRefs.NoSender);
    }

    private bool SendWhenWritable(ReadOnlyMemory<byte> memory)
    {
        if (memory.IsEmpty)
            return EndSend(SocketError.SocketError, 0);
        _send ??= new SendOperation(_host!.Self);
        _send.SetMemory(memory);
        if (_send.Begin(socket))
            return EndSend(_send.SocketError, _send.BytesTransferred);
        _state = State.Sending;
        return false;
    }

    private bool EndSend(SocketError error, int sent)
    {
        if (error != SocketError.Success)
        {
            Fail(error);
            return false;
        }

        _host!.Output.Consume(sent);
        _host.OnSent(sent);
        return _state == State.Idle;
    }

    private void SendFin()
    {
        _finWanted = false;
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException e)
        {
            Fail(e.SocketErrorCode);
        }
    }

    private void Leave(bool abort)
    {
        var isSending = _state == State.Sending;
        _state = State.Closed;
        var output = _host is null ? new OutputBuffer() : _host.Output.TakeAll();
        new SocketCloser(socket, _reader.Leave(), _send, isSending, output, _reader.HasEnded)
            .Begin(abort, settings.LingerTimeout, time);
    }

    private sealed class SendOn : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static SendOn Instance { get; } = new();
    }
}
