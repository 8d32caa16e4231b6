namespace Aleph.Actors.Dns.Wire;

/// <summary>A message of a name server, as far as it matters here.</summary>
internal sealed record DnsMessage
{
    public required ushort Id { get; init; }

    /// <summary>With the upper bits of EDNS0, when the message has them.</summary>
    public DnsResponseCode Code { get; init; }

    public bool IsAuthoritative { get; init; }

    /// <summary>Whether the rest must be fetched over TCP; there are no records then.</summary>
    public bool IsTruncated { get; init; }

    /// <summary>What the message answers; null when it does not repeat it.</summary>
    public DnsQuestion? Question { get; init; }

    /// <summary>The A, AAAA and CNAME records of the answer.</summary>
    public IReadOnlyList<DnsRecord> Answers { get; init; } = [];

    /// <summary>The SOA record of the authority section: its lifetime is that of the message's "no".</summary>
    public DnsRecord? Authority { get; init; }

    /// <summary>Whether it says nothing but whom to ask instead.</summary>
    public bool IsReferral { get; init; }
}
