using Aleph.Actors.Dns.Wire;

namespace Aleph.Actors.Dns;

/// <summary>What came of asking one name server once.</summary>
internal abstract record DnsReply
{
    private DnsReply()
    {
    }

    /// <summary>It answered.</summary>
    internal sealed record Answered(DnsMessage Message) : DnsReply;

    /// <summary>It did not, or nothing that can be understood.</summary>
    internal sealed record Lost(DnsFailure Kind, string Detail) : DnsReply;
}
