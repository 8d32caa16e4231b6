using Akka.Actor;

namespace Aleph.Actors.Http;

/// <summary>
/// Messages of a pool of connections, see <see cref="HttpClientPool"/>. An <see cref="HttpRequest"/> told to it is
/// answered with an <see cref="HttpResponse"/>, or with a <see cref="Status.Failure"/>.
/// </summary>
public static class HttpClientPoolProtocol
{
    /// <summary>What a pool can be told.</summary>
    public abstract record Command : INoSerializationVerificationNeeded;

    /// <summary>What a pool answers.</summary>
    public abstract record Event : INoSerializationVerificationNeeded;

    /// <summary>How does it stand? Answer: <see cref="HttpPoolStatistics"/>.</summary>
    public sealed record GetStatistics : Command
    {
        private GetStatistics()
        {
        }

        /// <summary>The message.</summary>
        public static GetStatistics Instance { get; } = new();
    }

    /// <summary>Send me <see cref="HttpPoolStatistics"/> again and again. Ends with the sender.</summary>
    /// <param name="Interval">Above zero.</param>
    public sealed record Subscribe(TimeSpan Interval) : Command;

    /// <summary>Ends a subscription of the sender. No answer.</summary>
    public sealed record Unsubscribe : Command
    {
        private Unsubscribe()
        {
        }

        /// <summary>The message.</summary>
        public static Unsubscribe Instance { get; } = new();
    }

    /// <summary>
    /// Takes no more requests, lets those that it has finish, then ends; what is not done by the deadline fails.
    /// Answer:
    /// <see cref="Closed"/>, and the pool's actor stops.
    /// </summary>
    /// <param name="Deadline">At least zero: fails everything at once.</param>
    public sealed record Close(TimeSpan Deadline) : Command;

    /// <summary>The pool has ended.</summary>
    public sealed record Closed : Event
    {
        private Closed()
        {
        }

        /// <summary>The message.</summary>
        public static Closed Instance { get; } = new();
    }
}
