using Akka.Actor;
using Akka.Routing;

namespace Aleph.Actors.Http.Client.Pool;

/// <summary>Where a message goes that is dealt with already.</summary>
internal sealed class NobodyRoutee : Routee
{
    public static NobodyRoutee Instance { get; } = new();

    public override void Send(object message, IActorRef sender)
    {
    }
}
