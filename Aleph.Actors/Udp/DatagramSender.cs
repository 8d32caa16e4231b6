using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace Aleph.Actors.Udp;

/// <summary>
/// The sending half of a socket actor: sends at once, and what the kernel does not take at once in order afterwards.
/// What goes to a host name waits for its address, in the order of that name. Each datagram is answered once.
/// </summary>
internal sealed class DatagramSender(
    DatagramSocket socket, UdpSettings settings, UdpCounters counters, PeerCache peers, NameResolver resolver,
    IActorRef self, Action<SocketError> onIcmp, UdpWireLog? log)
{
    private readonly Queue<(PendingSend Send, SocketAddress? Address)> _queue = new();
    private readonly Dictionary<DnsEndPoint, List<PendingSend>> _unresolved = [];
    private DatagramWait? _wait;
    private PendingSend? _inFlight;
    private int _waiting;
    private long _waitingBytes;

    public static InvalidOperationException Closed() => new("The UDP socket was closed before the datagram was sent");

    public void Send(PendingSend send)
    {
        switch (send.Target)
        {
            case var target when socket.Remote is { } peer:
                SendToPeer(send, target, peer);
                break;
            case IPEndPoint target:
                SendTo(send, target);
                break;
            case DnsEndPoint target:
                Resolve(send, target);
                break;
            case null:
                Fail(send, new InvalidOperationException("The socket has no peer; the datagram needs an address"));
                break;
            case var target:
                Fail(send, new NotSupportedException(
                    $"UDP cannot send to {target.GetType().Name} {LogText.Of(target)}"));
                break;
        }
    }

    /// <summary>True when the message was for the sender.</summary>
    public bool TryHandle(object message)
    {
        switch (message)
        {
            case DatagramWait wait:
                if (ReferenceEquals(wait, _wait) && _inFlight is not null)
                    OnWaited();
                return true;
            case NameResolved resolved:
                OnResolved(resolved);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Tells the senders of all that waits. The socket has to be closed next.</summary>
    public void Close()
    {
        _wait?.Close();
        if (_inFlight is { } send)
            Fail(send, Closed());
        _inFlight = null;
        while (_queue.TryDequeue(out var queued))
            Fail(queued.Send, Closed());
        foreach (var unresolved in _unresolved.Values.SelectMany(static sends => sends))
            Fail(unresolved, Closed());
        _unresolved.Clear();
    }

    private void SendToPeer(PendingSend send, EndPoint? target, IPEndPoint peer)
    {
        if (target is null || target.Equals(peer) || target.Equals(settings.RemoteEndPoint))
            Forward(send, peer, null);
        else
            Fail(send, new ArgumentException(
                $"The socket is connected to {peer} and cannot send to {LogText.Of(target)}"));
    }

    private void SendTo(PendingSend send, IPEndPoint target)
    {
        if (peers.AddressOf(target) is { } address)
            Forward(send, target, address);
        else
            Fail(send, new SocketException((int)SocketError.AddressFamilyNotSupported));
    }

    private void Forward(PendingSend send, IPEndPoint target, SocketAddress? address)
    {
        var limit = target.AddressFamily == AddressFamily.InterNetwork
            ? Datagram.MaxPayload
            : UdpSettings.MaxPayloadIPv6;
        if (send.Length > limit)
            Fail(send, new DatagramTooLargeException(send.Length, limit));
        else if (_inFlight is not null)
            Enqueue(send, address);
        else
            SendNow(send, address);
    }

    private void Enqueue(PendingSend send, SocketAddress? address)
    {
        if (TryWait(send))
            _queue.Enqueue((send, address));
    }

    private bool TryWait(PendingSend send)
    {
        if (_waiting >= settings.SendQueueCapacity
            || (_waiting > 0 && _waitingBytes + send.Length > settings.SendQueueBytes))
        {
            Fail(send, new SendQueueFullException(_waiting, _waitingBytes));
            return false;
        }

        _waiting++;
        _waitingBytes += send.Length;
        return true;
    }

    private void NoLongerWaits(PendingSend send)
    {
        _waiting--;
        _waitingBytes -= send.Length;
    }

    private void SendNow(PendingSend send, SocketAddress? address)
    {
        var payload = send.Payload;
        var error = socket.TrySend(payload, address);
        if (IcmpErrors.Contains(error) && address is null)
        {
            // That was the report on an earlier datagram; this one has not been sent.
            onIcmp(error);
            error = socket.TrySend(payload, address);
        }

        if (error != SocketError.WouldBlock)
        {
            Ended(send, error);
            return;
        }

        _wait ??= new DatagramWait(self, socket);
        if (_wait.TrySend(payload, address))
            Ended(send, _wait.Error);
        else
            _inFlight = send;
    }

    private void OnWaited()
    {
        var send = _inFlight!.Value;
        _inFlight = null;
        Ended(send, _wait!.Error);
        while (_inFlight is null && _queue.TryDequeue(out var next))
        {
            NoLongerWaits(next.Send);
            SendNow(next.Send, next.Address);
        }
    }

    private void Ended(PendingSend send, SocketError error)
    {
        switch (error)
        {
            case SocketError.Success:
                counters.Sent(send.Length);
                log?.Sent(send.Target ?? socket.Remote, send.Payload);
                send.Sent(self);
                break;
            case SocketError.MessageSize:
                Fail(send, new DatagramTooLargeException(send.Length, Datagram.MaxPayload));
                break;
            default:
                Fail(send, new SocketException((int)error));
                break;
        }
    }

    private void Fail(PendingSend send, Exception cause)
    {
        counters.SendFailed();
        log?.NotSent(send.Target ?? socket.Remote, cause);
        send.Failed(cause, self);
    }

    private void Resolve(PendingSend send, DnsEndPoint target)
    {
        if (!TryWait(send))
            return;
        if (_unresolved.TryGetValue(target, out var others))
        {
            others.Add(send);
            return;
        }

        _unresolved.Add(target, [send]);
        NameResolved.ResolveAsync(resolver, target).PipeTo(self, ActorRefs.NoSender);
    }

    private void OnResolved(NameResolved resolved)
    {
        if (!_unresolved.Remove(resolved.EndPoint, out var sends))
            return;
        var target = resolved.Addresses
            .Select(address => new IPEndPoint(address, resolved.EndPoint.Port))
            .FirstOrDefault(candidate => peers.AddressOf(candidate) is not null);
        foreach (var send in sends)
        {
            NoLongerWaits(send);
            if (target is not null)
                SendTo(send, target);
            else
                Fail(send, resolved.Error ?? new SocketException((int)SocketError.NoData));
        }
    }
}
