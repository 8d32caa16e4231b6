using System.Net;

namespace Aleph.Actors.Dns;

/// <summary>What a look-up came to. What peers do wrong is a value here, not an exception.</summary>
internal abstract record DnsResult
{
    /// <param name="Ttl">For how long it may be remembered; null when nobody told.</param>
    private DnsResult(TimeSpan? Ttl) => this.Ttl = Ttl;

    public TimeSpan? Ttl { get; init; }

    /// <summary>The same as the answer to an asker who wrote the host in his own way.</summary>
    public abstract DnsProtocol.Event ToEvent(string host, TimeSpan cachedFor);

    /// <summary>The host has addresses, at least one.</summary>
    internal sealed record Found(IReadOnlyList<IPAddress> Addresses, string CanonicalName, TimeSpan? Ttl)
        : DnsResult(Ttl)
    {
        public override DnsProtocol.Event ToEvent(string host, TimeSpan cachedFor) =>
            new DnsProtocol.Resolved(host, Addresses, CanonicalName, cachedFor);
    }

    /// <summary>It has none, or nobody could say.</summary>
    internal sealed record Failed(DnsFailure Kind, string Detail, TimeSpan? Ttl = null) : DnsResult(Ttl)
    {
        /// <summary>Whether the name servers said so themselves: only that is worth remembering.</summary>
        public bool IsNegative => Kind is DnsFailure.NotFound or DnsFailure.NoData;

        public override DnsProtocol.Event ToEvent(string host, TimeSpan cachedFor) =>
            new DnsProtocol.ResolveFailed(host, ToException(host));

        // One for each asker: an exception that is thrown in many places at once has no meaningful stack.
        public DnsException ToException(string host) => new(host, Kind, Detail);
    }
}
