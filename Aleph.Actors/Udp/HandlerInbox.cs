using System.Net;
using Akka.Actor;
using Akka.IO;
using AkkaUdp = Akka.IO.Udp;
using AkkaUdpConnected = Akka.IO.UdpConnected;

namespace Aleph.Actors.Udp;

/// <summary>
/// The mailbox of a handler actor as a bounded queue. Every so many datagrams an <see cref="Identify"/> follows them,
/// which every actor answers by itself when it gets there; what is not behind an answer yet counts as waiting.
/// </summary>
/// <remarks>A ref without an actor behind it (a stage's, an Ask's) does not answer, so it has no bound.</remarks>
internal sealed class HandlerInbox : IDatagramInbox
{
    private readonly IActorRef _handler;
    private readonly IActorRef _self;
    private readonly UdpSettings _settings;
    private readonly Queue<(long Count, long Bytes)> _marks = new();
    private readonly bool _remote;
    private readonly bool _bounded;
    private readonly bool _connected;
    private readonly bool _reports;
    private long _count;
    private long _bytes;
    private long _refused;
    private (long Count, long Bytes) _marked;
    private (long Count, long Bytes) _seen;

    public HandlerInbox(IActorRef handler, IActorRef self, UdpSettings settings, bool connected, bool reports)
    {
        (_handler, _self, _settings) = (handler, self, settings);
        _connected = connected;
        _reports = reports;
        _remote = handler.Path.Address.HasGlobalScope;
        _bounded = _remote || handler is ActorRefWithCell;
    }

    public bool TryAdd(ReadOnlySpan<byte> payload, IPEndPoint from)
    {
        if (_bounded && IsFull(payload.Length))
        {
            AskAgain();
            return false;
        }

        var data = ByteString.FromBytes(payload.ToArray());
        _handler.Tell(_connected ? new AkkaUdpConnected.Received(data) : new AkkaUdp.Received(data, from), _self);
        if (_bounded)
            Count(payload.Length);
        return true;
    }

    public bool TryHandle(object message)
    {
        if (message is not ActorIdentity { MessageId: long mark })
            return false;
        while (_marks.TryPeek(out var oldest) && oldest.Count <= mark)
            _seen = _marks.Dequeue();
        return true;
    }

    public void OnUnreachable(UdpSocketProtocol.PeerUnreachable report)
    {
        if (_reports)
            _handler.Tell(report, _self);
    }

    public void Close()
    {
        // A handler that watches the socket learns of its end.
    }

    // So that the queue cannot stay full for good: what it waits for may never have been asked, or got lost on the way.
    private void AskAgain()
    {
        if (_marks.Count == 0)
            Mark();
        else if (_remote && ++_refused % _settings.ReceiveQueueCapacity == 0)
            _handler.Tell(new Identify(_marked.Count), _self);
    }

    private bool IsFull(int length)
    {
        var waiting = _count - _seen.Count;
        return waiting >= _settings.ReceiveQueueCapacity
            || (waiting > 0 && _bytes - _seen.Bytes + length > _settings.ReceiveQueueBytes);
    }

    // Four marks to a full queue: it is known to within a quarter, and a mark costs little.
    private void Count(int length)
    {
        _count++;
        _bytes += length;
        var quarter = _settings.ReceiveQueueCapacity / 4;
        if (_count - _marked.Count < quarter && _bytes - _marked.Bytes < _settings.ReceiveQueueBytes / 4)
            return;
        Mark();
    }

    private void Mark()
    {
        _marked = (_count, _bytes);
        _marks.Enqueue(_marked);
        _handler.Tell(new Identify(_count), _self);
    }
}
