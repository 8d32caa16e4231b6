using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace Aleph.Actors.Udp;

/// <summary>
/// The receiving operation. Its buffer is a byte longer than the longest datagram that is wanted, so that a longer one
/// shows.
/// </summary>
internal sealed class DatagramReceive : DatagramOperation
{
    private readonly DatagramSocket _socket;
    private readonly int _max;

    public DatagramReceive(IActorRef owner, DatagramSocket socket, int max)
        : base(owner)
    {
        (_socket, _max) = (socket, max);
        From = new SocketAddress(socket.Socket.AddressFamily);
        MakeRoom(max + 1);
    }

    /// <summary>Whom the last datagram is from; overwritten by the next.</summary>
    public SocketAddress From { get; }

    /// <summary>The last datagram; overwritten by the next.</summary>
    public ReadOnlySpan<byte> Payload => Buffer.AsSpan(0, Count);

    /// <summary>The last datagram is longer than wanted; Windows says so by an error.</summary>
    public bool IsOversized => Count > _max || Error == SocketError.MessageSize;

    /// <summary>Receives one; true when it is there already and no message will come.</summary>
    public bool TryReceive()
    {
        Begin();
        return Follow(_socket.ReceiveAsync(Buffer.AsMemory(0, _max + 1), From));
    }
}
