using System.Net;
using Akka.Actor;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Udp;

/// <summary>
/// A function of the user's that answers each datagram on the socket's turn, so that nothing waits here: while it works
/// the kernel keeps what comes. What it throws costs that datagram only.
/// </summary>
internal sealed class FunctionInbox(Func<Datagram, Datagram?> handler, DatagramSender sender, HandlerFaults faults)
    : IDatagramInbox
{
    public bool TryAdd(ReadOnlySpan<byte> payload, IPEndPoint from)
    {
        if (Answer(new Datagram(from, payload.ToArray())) is { } answer)
            sender.Send(new PendingSend(answer, ActorRefs.Nobody));
        return true;
    }

    public bool TryHandle(object message) => false;

    public void OnUnreachable(UdpSocketProtocol.PeerUnreachable report)
    {
        // The counters have it.
    }

    public void Close()
    {
        // The function is not told.
    }

    private Datagram? Answer(Datagram datagram)
    {
        try
        {
            using var guard = UserCode.Enter();
            return handler(datagram);
        }
#pragma warning disable CA1031 // Whatever it throws must not close the socket for all others.
        catch (Exception e)
#pragma warning restore CA1031
        {
            faults.Add(e, datagram.RemoteEndPoint);
            return null;
        }
    }
}
