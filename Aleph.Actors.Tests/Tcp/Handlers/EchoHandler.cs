using Akka.Actor;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tests.Tcp.Handlers;

/// <summary>Answers what it receives with the same; what else it is told, the observer is told, too.</summary>
internal sealed class EchoHandler(IActorRef? observer = null) : UntypedActor
{
    protected override void OnReceive(object message)
    {
        if (message is AkkaTcp.Received received && received.Data.ToString() == "crash")
            throw new InvalidOperationException("The handler was told to crash");
        if (message is AkkaTcp.Received { Data: var data })
            Sender.Tell(AkkaTcp.Write.Create(data), Self);
        else
            observer?.Tell(message, Sender);
    }
}
