using System.Net.Sockets;

namespace Aleph.Actors.Transports.Sockets;

/// <summary>
/// What is left of a socket after its actor let it go: sends the rest, shuts down, waits for the peer's end so that
/// unread input does not turn the close into a reset which would destroy the last response, and disposes. Runs on
/// completion threads and the linger timer, under its own lock; ends at the linger deadline at the latest.
/// </summary>
internal sealed class SocketCloser(
    Socket socket, ReceiveOperation? receive, SendOperation? send, bool isSending, OutputBuffer output, bool peerClosed)
{
    private const int DiscardLimit = 1024 * 1024;

    private readonly Lock _lock = new();
    private SendOperation? _send = send;
    private bool _receiving;
    private bool _sending;
    private bool _finSent;
    private bool _disposed;
    private bool _peerClosed = peerClosed;
    private int _discarded;
    private ITimer? _timer;

    public void Begin(bool abort, TimeSpan linger, TimeProvider time)
    {
        lock (_lock)
        {
            _receiving = receive is not null && receive.Orphan(this);
            _sending = _send is not null && _send.Orphan(this);

            // Completed, but its message came too late for the actor: what it took must not be sent again.
            if (isSending && !_sending)
                OnSent();
            if (_disposed)
            {
                ReleaseFinished();
                return;
            }

            if (abort)
                Reset();
            else
                Continue();
            if (!_disposed)
            {
                _timer = time.CreateTimer(
                    static closer => ((SocketCloser)closer!).OnLingered(), this, linger, Timeout.InfiniteTimeSpan);
            }

            ReleaseFinished();
        }
    }

    public void OnCompleted(SocketOperation operation)
    {
        lock (_lock)
        {
            if (ReferenceEquals(operation, receive))
            {
                _receiving = false;
                OnReceived();
            }
            else
            {
                _sending = false;
                OnSent();
            }

            if (!_disposed)
                Continue();
            ReleaseFinished();
        }
    }

    private void OnLingered()
    {
        lock (_lock)
        {
            // The kernel delivers what it holds to a peer that reads slowly, also after the socket is gone; a reset
            // would not.
            if (!_disposed && _finSent)
                DisposeSocket();
            else if (!_disposed)
                Reset();
            ReleaseFinished();
        }
    }

    private void Continue()
    {
        if (!_sending && !_finSent)
            SendRest();
        if (_disposed || !_finSent)
            return;
        while (!_peerClosed && !_receiving && !_disposed)
            ReceiveRest();
        if (_peerClosed && !_disposed)
            DisposeSocket();
    }

    private void SendRest()
    {
        while (output.Length > 0)
        {
            var error = SocketOutput.Send(socket, output, out var sent);
            if (error == SocketError.Success)
            {
                output.Consume(sent);
                continue;
            }

            var memory = error == SocketError.WouldBlock ? SocketOutput.Peek(output) : default;
            if (memory.IsEmpty)
            {
                Reset();
                return;
            }

            _send ??= new SendOperation(Akka.Actor.ActorRefs.Nobody);
            _send.Orphan(this);
            _send.SetMemory(memory);
            _sending = !_send.BeginOrphaned(socket);
            if (_sending)
                return;
            OnSent();
            if (_disposed)
                return;
        }

        _finSent = true;
        Shutdown();
    }

    private void OnSent()
    {
        if (_disposed)
            return;
        if (_send!.SocketError == SocketError.Success)
            output.Consume(_send.BytesTransferred);
        else
            Reset();
    }

    private void ReceiveRest()
    {
        if (receive is null || _discarded > DiscardLimit)
        {
            _peerClosed = true;
            return;
        }

        receive.Discard();
        _receiving = !receive.BeginOrphaned(socket);
        if (!_receiving)
            OnReceived();
    }

    private void OnReceived()
    {
        if (receive!.SocketError != SocketError.Success || receive.BytesTransferred == 0)
            _peerClosed = true;
        _discarded += receive.BytesTransferred;
    }

    private void Shutdown()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The peer has reset the connection already: nothing is left to wait for.
            _peerClosed = true;
        }
    }

    private void Reset()
    {
        if (socket.Connected)
            SetLingerZero();
        DisposeSocket();
    }

    private void SetLingerZero()
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (SocketException)
        {
            // The peer was faster; disposing is all that remains.
            _peerClosed = true;
        }
    }

    private void DisposeSocket()
    {
        _disposed = true;
        _timer?.Dispose();
        socket.Dispose();
    }

    private void ReleaseFinished()
    {
        if (!_disposed)
            return;
        if (!_receiving)
        {
            receive?.Release();
            receive = null;
        }

        if (!_sending)
        {
            _send?.Release();
            _send = null;
            output.Clear();
        }
    }
}
