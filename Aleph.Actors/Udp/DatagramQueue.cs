using System.Net;
using System.Threading.Channels;

namespace Aleph.Actors.Udp;

/// <summary>
/// The bounded queue between a socket and code outside actors. The socket's actor adds, any thread takes; what it holds
/// at the end can still be taken.
/// </summary>
internal sealed class DatagramQueue(UdpSettings settings) : IDatagramInbox
{
    private readonly Channel<Datagram> _channel =
        Channel.CreateUnbounded<Datagram>(new UnboundedChannelOptions { SingleWriter = true });

    private int _count;
    private long _bytes;

    /// <summary>How many datagrams wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Nothing more will come, and all was taken.</summary>
    public bool HasEnded => _channel.Reader.Completion.IsCompleted;

    public bool TryAdd(ReadOnlySpan<byte> payload, IPEndPoint from)
    {
        var count = Volatile.Read(ref _count);
        if (count >= settings.ReceiveQueueCapacity
            || (count > 0 && Interlocked.Read(ref _bytes) + payload.Length > settings.ReceiveQueueBytes))
        {
            return false;
        }

        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _bytes, payload.Length);
        return _channel.Writer.TryWrite(new Datagram(from, payload.ToArray()));
    }

    public bool TryHandle(object message) => false;

    public void OnUnreachable(UdpSocketProtocol.PeerUnreachable report)
    {
        // The counters have it.
    }

    public void Close() => _channel.Writer.TryComplete();

    public bool TryTake(out Datagram datagram)
    {
        if (!_channel.Reader.TryRead(out datagram!))
            return false;
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _bytes, -datagram.Payload.Length);
        return true;
    }

    /// <summary>True when there may be one to take; false when there will be none any more.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancel = default) => _channel.Reader.WaitToReadAsync(cancel);
}
