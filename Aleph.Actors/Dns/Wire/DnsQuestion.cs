namespace Aleph.Actors.Dns.Wire;

/// <summary>What is asked of a name server.</summary>
/// <param name="Name">Lower-case text without a trailing dot.</param>
/// <param name="Type">A or AAAA, in our own queries.</param>
internal readonly record struct DnsQuestion(string Name, DnsRecordType Type)
{
    public override string ToString() => $"{Name} {(Type is DnsRecordType.A ? "A" : "AAAA")}";
}
