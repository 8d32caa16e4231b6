using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Transports.Sockets;

/// <summary>
/// The reading half of a <see cref="SocketTransport"/>: receives, presents, keeps what was not consumed. All its work
/// is done in <see cref="Pump"/>, which runs for a completion or for a signal to the own actor, never inside a call of
/// its host.
/// </summary>
[SuppressMessage(
    "Design", "CA1001", Justification = "The closer releases the operation when it is no longer in flight.")]
internal sealed class SocketReader(Socket socket, ConnectionSettings settings, int budget)
{
    private const int PresentCost = 4 * 1024;

    private SocketTransport _transport = null!;
    private ITransportHost _host = null!;
    private ReceiveOperation? _operation;
    private int _presented;
    private Flags _flags;

    [Flags]
    private enum Flags
    {
        None = 0,
        Paused = 1,
        Pending = 2,
        PresentAgain = 4,
        Bulk = 8,
        Ended = 16,
        EndReported = 32,
        Pumping = 64,
        Signalled = 128,
        Left = 256,
        Doubtful = 512,
    }

    public bool HasEnded => Has(Flags.Ended);

    // A pause that follows a resume at once leaves the mark for the next resume.
    private bool IsPresentDue => Has(Flags.PresentAgain) && !Has(Flags.Paused);

    public void Start(SocketTransport transport, ITransportHost host)
    {
        (_transport, _host) = (transport, host);
        Set(Flags.EndReported, transport.HasFailed);
        if (_operation is null)
        {
            _operation = new ReceiveOperation(host.Self, settings.MinReceiveBuffer, settings.MaxReceiveBuffer);
            if (Receive())
                Signal();
        }
        else
        {
            Resume();
        }
    }

    public bool TryHandle(object message)
    {
        if (ReferenceEquals(message, ReadOn.Instance))
            Set(Flags.Signalled, false);
        else if (_operation is null || !ReferenceEquals(message, _operation))
            return false;
        Pump();
        return true;
    }

    public void Pause() => Set(Flags.Paused, true);

    public void Resume()
    {
        if (_operation is null)
            return;
        var wasPaused = Has(Flags.Paused);
        Set(Flags.Paused, false);
        if (_operation.UnconsumedLength > 0)
            Set(Flags.PresentAgain, true);
        else if (!wasPaused && !(Has(Flags.Ended) && !Has(Flags.EndReported)))
            return;
        Signal();
    }

    /// <summary>The send that was in flight has ended, and its failure was told.</summary>
    public void SendEnded()
    {
        if (!Has(Flags.Doubtful))
            return;
        Set(Flags.Doubtful, false);
        ReportEnd();
    }

    /// <summary>The transport has failed: there is no end of input to report.</summary>
    public void Fail() => Set(Flags.EndReported, true);

    /// <summary>Gives up the operation, which may be in flight.</summary>
    public ReceiveOperation? Leave()
    {
        Set(Flags.Left, true);
        return _operation;
    }

    private void Pump()
    {
        Set(Flags.Pumping, true);
        var left = budget;
        while (!Has(Flags.Left))
        {
            left -= TakeResult();
            FillUp();
            left -= Present();
            ReportEnd();
            if (Has(Flags.Left) || IsWaiting())
                break;
            if (left <= 0)
            {
                Set(Flags.Pumping, false);
                Signal();
                return;
            }

            if (!Has(Flags.Pending | Flags.Ended) && !IsPresentDue && !Receive() && !IsPresentDue)
                break;
        }

        Set(Flags.Pumping, false);
    }

    // Nothing more to do until a completion or a call of the host.
    private bool IsWaiting()
    {
        if (IsPresentDue)
            return false;
        return Has(Flags.Ended) || (Has(Flags.Pending) && _operation!.IsInFlight);
    }

    // True when a result is there to take.
    private bool Receive()
    {
        var operation = _operation!;
        if (!operation.MakeRoom(Has(Flags.Bulk), mayGrow: !Has(Flags.Paused)))
            return false;
        if (Has(Flags.Bulk) && !Has(Flags.Paused) && ReceiveBulk(operation))
            return true;
        Set(Flags.Pending, true);
        return operation.Begin(socket);
    }

    // Bulk is read at once into a large buffer, so that the wait for more needs only the small one.
    private bool ReceiveBulk(ReceiveOperation operation)
    {
        var received = socket.Receive(operation.Free, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
        {
            Set(Flags.Bulk, false);
            operation.MakeRoom(large: false, mayGrow: true);
            return false;
        }

        Take(error, received);
        return true;
    }

    // A pause on bulk left a small buffer full: what waits behind it comes with it, so that whoever pauses after each
    // piece gets large ones.
    private void FillUp()
    {
        if (!IsPresentDue || !Has(Flags.Bulk) || Has(Flags.Pending | Flags.Ended))
            return;
        if (_operation!.MakeRoom(large: true, mayGrow: true))
            ReceiveBulk(_operation);
    }

    private int TakeResult()
    {
        if (!Has(Flags.Pending) || _operation!.IsInFlight)
            return 0;
        Set(Flags.Pending, false);
        var received = _operation.BytesTransferred;
        if (received == _operation.Count)
            Set(Flags.Bulk, true);
        Take(_operation.SocketError, received);
        return received;
    }

    private void Take(SocketError error, int received)
    {
        if (error != SocketError.Success)
        {
            Set(Flags.Ended, true);
            _transport.Fail(error);
        }
        else if (received == 0)
        {
            Set(Flags.Ended, true);

            // A send that is told of the connection's failure leaves an end of input to the receive; it may come later.
            Set(Flags.Doubtful, _transport.MaySendHaveFailed);
        }
        else
        {
            _operation!.Received(received);
        }
    }

    // Answers what it costs of the budget.
    private int Present()
    {
        var operation = _operation!;
        var length = operation.UnconsumedLength;
        if (length == 0)
            Set(Flags.PresentAgain, false);
        if (Has(Flags.Paused | Flags.Left) || length == 0 || (length <= _presented && !Has(Flags.PresentAgain)))
            return 0;
        Set(Flags.PresentAgain, false);
        var consumed = _host.OnReceived(operation.Unconsumed);
        if ((uint)consumed > (uint)length)
            throw new InvalidOperationException($"A protocol consumed {consumed} of {length} bytes.");
        operation.Consumed(consumed);
        _presented = length - consumed;
        return PresentCost;
    }

    private void ReportEnd()
    {
        if (!Has(Flags.Ended) || Has(Flags.EndReported | Flags.PresentAgain | Flags.Left | Flags.Doubtful)
            || _operation!.UnconsumedLength > _presented)
        {
            return;
        }

        Set(Flags.EndReported, true);
        _host.OnPeerClosed();
    }

    private void Signal()
    {
        if (Has(Flags.Pumping | Flags.Signalled | Flags.Left))
            return;
        Set(Flags.Signalled, true);
        _host.Self.Tell(ReadOn.Instance, ActorRefs.NoSender);
    }

    private bool Has(Flags any) => (_flags & any) != 0;

    private void Set(Flags flags, bool on) => _flags = on ? _flags | flags : _flags & ~flags;

    private sealed class ReadOn : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static ReadOn Instance { get; } = new();
    }
}
