using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Tcp.Handlers;

/// <summary>
/// What connections with a handler actor share: how each gets its handler, and the rules between the two. Exactly one
/// of <see cref="Greeted"/> and <see cref="Spawner"/> is set. Immutable.
/// </summary>
/// <param name="Settings">The settings of the connections.</param>
internal sealed record HandlerSpec(ConnectionSettings Settings)
{
    /// <summary>Who is told of each connection and answers with <c>Tcp.Register</c>, as with Akka.IO.</summary>
    public IActorRef? Greeted { get; init; }

    /// <summary>Holds greetings back until the one who asked to bind knows that it is bound; null for never.</summary>
    public GreetingGate? Gate { get; init; }

    /// <summary>Makes a handler for each connection; see <see cref="HandlersActor"/>.</summary>
    public IActorRef? Spawner { get; init; }

    /// <summary>Whether every piece of input is asked for, by <c>Tcp.ResumeReading</c>.</summary>
    public bool PullMode { get; init; }
}

/// <summary>
/// Closed until the answer to a bind was told, so that it comes before the first connection. Opened by the actor that
/// tells it, read by connections.
/// </summary>
/// <param name="keeper">Told what is to be passed on while the gate is closed, as a <see cref="Greeting"/>.</param>
internal sealed class GreetingGate(IActorRef keeper)
{
    private volatile bool _isOpen;

    public bool IsOpen => _isOpen;

    public IActorRef Keeper => keeper;

    public void Open() => _isOpen = true;
}

/// <summary>Connection to the keeper of a gate: pass this on to the one who is greeted, in my name.</summary>
internal sealed record Greeting(Akka.IO.Tcp.Connected Connected)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression;
