namespace Aleph.Actors.Dns.Wire;

/// <summary>The record types that a resolver of addresses meets (RFC 1035, 3596, 6891).</summary>
internal enum DnsRecordType : ushort
{
    A = 1,
    NS = 2,
    Cname = 5,
    Soa = 6,
    Aaaa = 28,
    Opt = 41,
}
