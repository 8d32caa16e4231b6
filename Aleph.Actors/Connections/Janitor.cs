using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Connections;

/// <summary>
/// Releases what messages in dead letters own: a socket that was accepted for a listener or a supervisor which had
/// ended by then. It works on the thread that publishes the dead letter, so nothing waits for a turn. One per actor
/// system.
/// </summary>
internal sealed class Janitor : MinimalActorRef
{
    private Janitor(ExtendedActorSystem system)
    {
        Provider = system.Provider;
        Path = new RootActorPath(system.Provider.DefaultAddress) / "system" / "aleph-janitor";
    }

    public override IActorRefProvider Provider { get; }

    public override ActorPath Path { get; }

    public static void Install(ExtendedActorSystem system) =>
        system.EventStream.Subscribe(new Janitor(system), typeof(AllDeadLetters));

    protected override void TellInternal(object message, IActorRef sender)
    {
        if (message is AllDeadLetters { Message: IOwnsResource owner })
            owner.Release();
    }
}
