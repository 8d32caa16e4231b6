using Akka.Actor;
using Akka.Event;
using Akka.Routing;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Http.Client.Pool;

/// <summary>
/// The place of one connection in its pool: empty, reserved for or running one exchange, or dead. Whoever swaps an
/// exchange into the empty slot has reserved the connection, on any thread; the message that follows, the slot itself,
/// is only a wake-up. When the connection ends, what was reserved and not begun is given back: nothing is ever parked
/// in a dead actor.
/// </summary>
internal sealed class ConnectionSlot : Routee, INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private static readonly object Opening = new();
    private static readonly object Dead = new();

    private object? _content = Opening;

    /// <summary>The connection's actor. Set once, before anybody can reserve it.</summary>
    public IActorRef Actor { get; set; } = ActorRefs.Nobody;

    /// <summary>How long the phases of connecting took.</summary>
    public RequestTimings Phases { get; } = new();

    /// <summary>How the pool counts it, which alone touches this.</summary>
    public SlotState State { get; set; }

    /// <summary>How many exchanges are under way on the connection, which alone changes it.</summary>
    public int Depth { get; set; }

    /// <summary>The exchange in it; null where there is none.</summary>
    public ClientExchange? Exchange => Volatile.Read(ref _content) as ClientExchange;

    /// <summary>Whether the connection has ended.</summary>
    public bool IsDead => Volatile.Read(ref _content) == Dead;

    /// <summary>Reserves an idle connection for an exchange. Any thread.</summary>
    public bool TryReserve(ClientExchange exchange)
    {
        if (Interlocked.CompareExchange(ref _content, exchange, null) is not null)
            return false;
        exchange.Assign(Actor);
        return true;
    }

    /// <summary>The connection is open. On its turn.</summary>
    public void Open() => Interlocked.CompareExchange(ref _content, null, Opening);

    /// <summary>An exchange is over. On the connection's turn.</summary>
    public void Release(ClientExchange exchange) => Interlocked.CompareExchange(ref _content, null, exchange);

    /// <summary>Ends an idle connection; false when it was reserved meanwhile.</summary>
    public bool TryRetire() => Interlocked.CompareExchange(ref _content, Dead, null) is null;

    /// <summary>The connection has ended: answers what it ran or was to run, once.</summary>
    public ClientExchange? Kill() => Interlocked.Exchange(ref _content, Dead) as ClientExchange;

    /// <summary>Lets the connection begin on what was reserved, on the caller's thread where that may be.</summary>
    public override void Send(object message, IActorRef sender) => IoDispatcher.TellHere(Actor, this);

    /// <summary>Wakes the connection for what was reserved.</summary>
    public void Wake() => Actor.Tell(this, ActorRefs.NoSender);
}

/// <summary>How a pool counts a connection.</summary>
internal enum SlotState
{
    Connecting,
    Open,
    Ended,
}
