using System.Net;

namespace Aleph.Actors.Dns.Wire;

/// <summary>One record of an answer, of a type that matters here.</summary>
/// <param name="Name">Whose it is; lower-case text.</param>
/// <param name="Type">A, AAAA, CNAME, SOA or NS.</param>
/// <param name="Ttl">In seconds; 0 if its first bit was set (RFC 2181, 8).</param>
internal readonly record struct DnsRecord(string Name, DnsRecordType Type, int Ttl)
{
    /// <summary>Of A and AAAA.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Of CNAME.</summary>
    public string? Target { get; init; }

    /// <summary>Of SOA: how long it holds that there is nothing (RFC 2308, 5), in seconds.</summary>
    public int NegativeTtl { get; init; }
}
