using Akka.Actor;
using ByteString = Akka.IO.ByteString;
using Tcp = Akka.IO.Tcp;

namespace TcpStreamLoad;

/// <summary>The same work by a handler actor for each connection. It echoes with a window, as the streams do.</summary>
internal sealed class Handler(bool echo) : UntypedActor
{
    private const int Window = 1024 * 1024;

    private long _unacknowledged;
    private bool _suspended;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Tcp.Connected:
                Sender.Tell(new Tcp.Register(Self, keepOpenOnPeerClosed: true));
                break;
            case Tcp.Received received when echo:
                Echo(received.Data);
                break;
            case Ack ack:
                OnAcknowledged(ack.Count);
                break;
            case Tcp.PeerClosed:
                if (!echo)
                    Sender.Tell(Tcp.Write.Create(ByteString.FromString("!")));
                Sender.Tell(Tcp.Close.Instance);
                break;
        }
    }

    private void Echo(ByteString data)
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
