using System.Net;
using Akka.Actor;
using Akka.IO;
using Aleph.Actors;

namespace TcpLoad;

/// <summary>Binds at a manager of Akka.IO's messages, and makes a handler for each connection.</summary>
internal sealed class BindHandler : UntypedActor
{
    private readonly TaskCompletionSource<EndPoint> _bound;

    public BindHandler(IActorRef manager, TaskCompletionSource<EndPoint> bound)
    {
        _bound = bound;
        manager.Tell(new Tcp.Bind(Self, new IPEndPoint(IPAddress.Loopback, 0)));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tcp.Bound bound:
                _bound.TrySetResult(bound.LocalAddress);
                break;
            case Tcp.CommandFailed failed:
                _bound.TrySetException(failed.Cause.Value);
                break;
            case Tcp.Connected:
                var handler = Context.ActorOf(Props.Create(() => new LoadHandler()));
                Sender.Tell(new Tcp.Register(handler, keepOpenOnPeerClosed: true));
                break;
        }
    }
}

/// <summary>One connection, by whichever library.</summary>
internal sealed class LoadHandler : UntypedActor
{
    private const int Window = 1024 * 1024;

    private long _unacknowledged;
    private bool _suspended;
    private byte _wish;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tcp.Connected:
                Sender.Tell(new Tcp.Register(Self, keepOpenOnPeerClosed: true));
                break;
            case Tcp.Received received:
                OnReceived(received.Data);
                break;
            case Ack ack:
                OnAcknowledged(ack.Count);
                break;
            case Tcp.PeerClosed:
                if (_wish == Servers.Swallow)
                    Sender.Tell(Tcp.Write.Create(ByteString.FromString("!")));
                Sender.Tell(Tcp.Close.Instance);
                break;
            case Tcp.ConnectionClosed:
                Context.Stop(Self);
                break;
        }
    }

    private void OnReceived(ByteString data)
    {
        if (_wish == 0)
            _wish = data[0];
        if (_wish == Servers.Echo)
            Sender.Tell(Tcp.Write.Create(data));
        else if (_wish == Servers.EchoBulk)
            EchoBulk(data);
    }

    private void EchoBulk(ByteString data)
    {
        Sender.Tell(Tcp.Write.Create(data, new Ack(data.Count)));
        _unacknowledged += data.Count;
        if (_suspended || _unacknowledged < Window)
            return;
        _suspended = true;
        Sender.Tell(Tcp.SuspendReading.Instance);
    }

    private void OnAcknowledged(int count)
    {
        _unacknowledged -= count;
        if (!_suspended || _unacknowledged > Window / 2)
            return;
        _suspended = false;
        Sender.Tell(Tcp.ResumeReading.Instance);
    }

    private sealed class Ack(int count) : Tcp.Event
    {
        public int Count => count;
    }
}
