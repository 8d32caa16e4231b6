using Akka.Actor;
using AkkaUdp = Akka.IO.Udp;

namespace UdpEcho;

/// <summary>Sends every datagram back to whom it came from, through the socket that it came from.</summary>
internal sealed class EchoActor : UntypedActor
{
    protected override void OnReceive(object message)
    {
        if (message is AkkaUdp.Received received)
            Sender.Tell(AkkaUdp.Send.Create(received.Data, received.Sender));
    }
}
