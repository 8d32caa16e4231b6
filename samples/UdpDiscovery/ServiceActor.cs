using System.Net;
using Akka.Actor;
using Akka.IO;
using Aleph.Actors;
using AkkaUdp = Akka.IO.Udp;

namespace UdpDiscovery;

/// <summary>
/// The handler of a socket that is a member of the group: says where its service is when the socket is bound and
/// whenever somebody asks, and prints of which others it hears.
/// </summary>
internal sealed class ServiceActor(Notice own) : UntypedActor
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AkkaUdp.Bound:
                Console.WriteLine($"Announcing {own}");
                Tell(Notice.Group);
                break;
            case AkkaUdp.Received { Sender: IPEndPoint from } received when IPAddress.IsLoopback(from.Address):
                OnDatagram(received.Data.ToReadOnlySpan(), from);
                break;
            case UdpSocketProtocol.BindFailed failed:
                Console.Error.WriteLine($"Cannot join the group: {failed.Cause.Message}");
                break;
        }
    }

    private void OnDatagram(ReadOnlySpan<byte> data, IPEndPoint from)
    {
        if (data.SequenceEqual(Notice.Find))
            Tell(from);
        else if (Notice.Parse(data) is { } other && other != own)
            Console.WriteLine($"Heard of {other}");
    }

    private void Tell(EndPoint target) =>
        Sender.Tell(AkkaUdp.Send.Create(ByteString.FromBytes(own.ToBytes()), target));
}
