using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Udp;

/// <summary>
/// The reading half of a socket actor: receives one datagram after the other into one buffer and puts them into the
/// inbox, some at a time so that others get their turn. Suspended, it starts no receive, and holds back the one that
/// was under way.
/// </summary>
internal sealed class DatagramReader(
    DatagramSocket socket, UdpSettings settings, IDatagramInbox inbox, UdpCounters counters, PeerCache peers,
    IActorRef self, UdpWireLog? log)
{
    // Datagrams a turn, before sends and others that wait in the mailbox.
    private const int Budget = 64;

    private readonly DatagramReceive _operation = new(self, socket, settings.MaxDatagramSize);
    private State _state;
    private bool _suspended;

    private enum State
    {
        Idle,
        InFlight,
        Signalled,
        Holding,
        Closed,
    }

    public void Start() => Receive();

    /// <summary>True when the message was for the reader.</summary>
    public bool TryHandle(object message)
    {
        if (ReferenceEquals(message, _operation) && _state is State.InFlight)
            OnCompleted();
        else if (ReferenceEquals(message, ReadOn.Instance) && _state is State.Signalled)
            OnSignal();
        else
            return message is DatagramReceive or ReadOn;
        return true;
    }

    public void Suspend() => _suspended = true;

    public void Resume()
    {
        if (!_suspended)
            return;
        _suspended = false;
        if (_state is State.Holding)
        {
            _state = State.Idle;
            Take();
        }

        if (_state is State.Idle)
            Receive();
    }

    public void Close()
    {
        _state = State.Closed;
        _operation.Close();
    }

    /// <summary>The network reported that an earlier datagram was lost.</summary>
    public static void Report(
        SocketError error, DatagramSocket socket, IDatagramInbox? inbox, UdpCounters counters, UdpWireLog? log)
    {
        var cause = new SocketException((int)error);
        counters.IcmpError();
        log?.Unreachable(cause);
        if (socket.Remote is { } remote)
            inbox?.OnUnreachable(new UdpSocketProtocol.PeerUnreachable(remote, cause));
    }

    private void OnCompleted()
    {
        if (_suspended)
        {
            _state = State.Holding;
            return;
        }

        _state = State.Idle;
        Take();
        Receive();
    }

    private void OnSignal()
    {
        _state = State.Idle;
        Receive();
    }

    private void Receive()
    {
        if (_suspended)
            return;
        for (var left = Budget; left > 0; left--)
        {
            if (!_operation.TryReceive())
            {
                _state = State.InFlight;
                return;
            }

            Take();
        }

        _state = State.Signalled;
        self.Tell(ReadOn.Instance, ActorRefs.NoSender);
    }

    private void Take()
    {
        var error = _operation.Error;
        if (_operation.IsOversized)
            OnOversized();
        else if (IcmpErrors.Contains(error))
            Report(error, socket, inbox, counters, log);
        else if (error != SocketError.Success)
            throw new SocketException((int)error);
        else
            Deliver();
    }

    private void Deliver()
    {
        var payload = _operation.Payload;
        var from = socket.Remote ?? peers.EndPointOf(_operation.From);
        log?.Received(from, payload);
        if (inbox.TryAdd(payload, from))
        {
            counters.Received(payload.Length);
            return;
        }

        counters.Dropped();
        log?.Dropped(from);
    }

    private void OnOversized()
    {
        counters.Oversized();
        log?.Oversized();
    }

    private sealed class ReadOn : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static ReadOn Instance { get; } = new();
    }
}
