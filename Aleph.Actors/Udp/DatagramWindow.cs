using System.Collections.Concurrent;
using Akka.Actor;

namespace Aleph.Actors.Udp;

/// <summary>
/// The sends of one stream that are under way, so few that the socket's send queue has room for them. They end on any
/// thread; the stage is called once for many of them.
/// </summary>
internal sealed class DatagramWindow(UdpSettings settings, Action onSent)
{
    private const int Size = 64;

    private readonly int _size = Math.Min(Size, settings.SendQueueCapacity);
    private readonly ConcurrentQueue<Exception> _failures = new();
    private int _count;
    private long _bytes;
    private int _called;

    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    public bool HasRoom
    {
        get
        {
            var count = Volatile.Read(ref _count);
            return count == 0 || (count < _size
                && Interlocked.Read(ref _bytes) + UdpSettings.MaxPayloadIPv6 <= settings.SendQueueBytes);
        }
    }

    public void Send(IActorRef socket, Datagram datagram)
    {
        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _bytes, datagram.Payload.Length);
        socket.Tell(new StreamSend(this, datagram), ActorRefs.NoSender);
    }

    /// <summary>One failure that the stage has not seen; null when there is none. Call only from the stage.</summary>
    public Exception? TakeFailure()
    {
        // First: what ends from here on calls again.
        Interlocked.Exchange(ref _called, 0);
        return _failures.TryDequeue(out var failure) ? failure : null;
    }

    private void Ended(Datagram datagram)
    {
        Interlocked.Add(ref _bytes, -datagram.Payload.Length);
        Interlocked.Decrement(ref _count);
        if (Interlocked.Exchange(ref _called, 1) == 0)
            onSent();
    }

    private sealed class StreamSend(DatagramWindow window, Datagram datagram) : DatagramSend(datagram)
    {
        public override void OnSent() => window.Ended(Datagram);

        public override void OnFailed(Exception cause)
        {
            window._failures.Enqueue(cause);
            window.Ended(Datagram);
        }
    }
}
