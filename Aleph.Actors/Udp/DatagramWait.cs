using System.Net;
using Akka.Actor;

namespace Aleph.Actors.Udp;

/// <summary>The sending operation for the datagram that found the kernel's buffer full. Sends a copy.</summary>
internal sealed class DatagramWait(IActorRef owner, DatagramSocket socket) : DatagramOperation(owner)
{
    /// <summary>Sends; true when it is done already and no message will come.</summary>
    public bool TrySend(ReadOnlySpan<byte> payload, SocketAddress? address)
    {
        MakeRoom(Math.Max(1, payload.Length));
        payload.CopyTo(Buffer);
        Begin();
        return Follow(socket.SendAsync(Buffer.AsMemory(0, payload.Length), address));
    }
}
