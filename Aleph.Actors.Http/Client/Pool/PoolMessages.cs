using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Http.Client.Pool;

/// <summary>Messages within a pool, to its router's actor.</summary>
internal static class PoolMessages
{
    /// <summary>A caller's thread to the router's actor: this one has joined the queue. No answer.</summary>
    internal sealed class Queued(ClientExchange exchange)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public ClientExchange Exchange => exchange;
    }

    /// <summary>The queue has changed: look whether connections are to be made. No answer.</summary>
    internal sealed class Look : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Look Instance { get; } = new();
    }

    /// <summary>Another pool needs a connection: close one that is idle. No answer.</summary>
    internal sealed class Shrink : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Shrink Instance { get; } = new();
    }

    /// <summary>A subscriber's next statistics are due. By timer.</summary>
    internal sealed record Report(IActorRef Subscriber) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>An attempt to connect ended without a connection. No answer.</summary>
    internal sealed record ConnectFailed(ConnectionSlot Slot, Exception Cause)
        : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    /// <summary>
    /// The router's actor to itself, by way of its own router, which fills in the core: the two are made by Akka
    /// without knowing of each other.
    /// </summary>
    internal sealed class Attach : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public PoolCore? Core { get; set; }
    }

    /// <summary>To a connection: close when nothing is under way, serve nothing more. No answer.</summary>
    internal sealed class Retire : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Retire Instance { get; } = new();
    }
}
