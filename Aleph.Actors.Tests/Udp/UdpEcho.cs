using Akka.Actor;
using AkkaUdp = Akka.IO.Udp;

namespace Aleph.Actors.Tests.Udp;

/// <summary>An echo as one would write it for stock Akka.IO. It forwards <c>Bound</c> to an observer.</summary>
internal sealed class UdpEcho : ReceiveActor
{
    public UdpEcho(IActorRef observer)
    {
        Receive<AkkaUdp.Bound>(bound => observer.Forward(bound));
        Receive<AkkaUdp.Received>(
            received => Sender.Tell(AkkaUdp.Send.Create(received.Data, received.Sender)));
        Receive<string>(text => text == "crash", _ => throw new InvalidOperationException("crash"));
    }

    public static Props Create(IActorRef observer) => Props.Create(() => new UdpEcho(observer));
}
