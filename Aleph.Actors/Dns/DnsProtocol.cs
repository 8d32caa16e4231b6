using System.Net;
using Akka.Actor;

namespace Aleph.Actors;

/// <summary>
/// Messages of a resolver actor (<see cref="DnsResolver"/>). Commands go in, from anyone; each has exactly one answer,
/// told to its sender.
/// </summary>
public static class DnsProtocol
{
    /// <summary>What a resolver can be told.</summary>
    public abstract record Command : INoSerializationVerificationNeeded;

    /// <summary>What a resolver answers.</summary>
    public abstract record Event : INoSerializationVerificationNeeded;

    /// <summary>
    /// Asks for the addresses of a host. Answer: <see cref="Resolved"/> or <see cref="ResolveFailed"/>.
    /// </summary>
    /// <param name="Host">A name, or an address as text; see <see cref="IDnsResolver.ResolveAsync"/>.</param>
    public sealed record Resolve(string Host) : Command;

    /// <summary>Asks for the counters. Answer: <see cref="Statistics"/>.</summary>
    public sealed record GetStatistics : Command
    {
        /// <summary>The only one needed.</summary>
        public static GetStatistics Instance { get; } = new();
    }

    /// <summary>
    /// Forgets all that is cached; what is being looked up now is answered, but not cached. Answer: <see
    /// cref="Cleared"/>.
    /// </summary>
    public sealed record Clear : Command
    {
        /// <summary>The only one needed.</summary>
        public static Clear Instance { get; } = new();
    }

    /// <summary>The addresses of a host.</summary>
    /// <param name="Host">The host as it was asked for.</param>
    /// <param name="Addresses">At least one, the preferred one first.</param>
    /// <param name="CanonicalName">The name at the end of all aliases, in ASCII without a trailing dot; that of
    /// the question where nobody tells. An address as text is its own.</param>
    /// <param name="TimeToLive">For how long the cache will answer the same; zero when it is not cached.</param>
    public sealed record Resolved(
        string Host, IReadOnlyList<IPAddress> Addresses, string CanonicalName, TimeSpan TimeToLive) : Event;

    /// <summary>The host has no addresses, or nobody could say.</summary>
    /// <param name="Host">The host as it was asked for.</param>
    /// <param name="Cause">Why not.</param>
    public sealed record ResolveFailed(string Host, DnsException Cause) : Event;

    /// <summary>The counters of a resolver since it was made.</summary>
    /// <param name="Hits">Answers from the cache, negative ones not included.</param>
    /// <param name="NegativeHits">Answers from the cache that there is nothing.</param>
    /// <param name="Misses">Look-ups started.</param>
    /// <param name="Merged">Askers that joined a look-up under way.</param>
    /// <param name="Failures">Look-ups that failed, by kind; a kind that never came is absent.</param>
    /// <param name="Queries">Messages sent to name servers; none with the platform's own look-up.</param>
    /// <param name="Timeouts">Queries that were not answered in time.</param>
    /// <param name="TcpFallbacks">Queries repeated over TCP because the answer was cut.</param>
    /// <param name="Ignored">Datagrams that were not the answer to their query: a sign of an attack, or late.</param>
    /// <param name="Entries">Names in the cache now, negative ones included.</param>
    public sealed record Statistics(
        long Hits, long NegativeHits, long Misses, long Merged, IReadOnlyDictionary<DnsFailure, long> Failures,
        long Queries, long Timeouts, long TcpFallbacks, long Ignored, int Entries) : Event
    {
        /// <summary>Look-ups that failed, by kind; a kind that never came is absent.</summary>
        public IReadOnlyDictionary<DnsFailure, long> Failures
        {
            get;
            init => field = Readable.Of(value);
        } = Readable.Of(Failures);
    }

    /// <summary>The cache is empty.</summary>
    public sealed record Cleared : Event
    {
        /// <summary>The only one needed.</summary>
        public static Cleared Instance { get; } = new();
    }
}
