using System.Net;
using Aleph.Actors.Dns.Wire;

namespace Aleph.Actors.Dns;

/// <summary>
/// Follows the aliases of one name through the answers of name servers (RFC 1034, 3.6.2) to its addresses. Knows
/// neither clock nor socket; who owns it asks its <see cref="Question"/> until there is a result.
/// </summary>
internal sealed class AliasChain(string name, DnsRecordType type)
{
    /// <summary>How many aliases one after the other are followed.</summary>
    public const int MaxAliases = 16;

    private readonly HashSet<string> _seen = [name];
    private int _ttl = int.MaxValue;

    /// <summary>What must be asked next.</summary>
    public DnsQuestion Question { get; private set; } = new(name, type);

    /// <summary>Takes the answer to <see cref="Question"/>: the result, or null when the next must be asked.</summary>
    public DnsResult? Take(DnsMessage message)
    {
        var before = Question.Name;
        while (true)
        {
            var current = Question.Name;
            var addresses = message.Answers.Where(x => x.Type == type && x.Name == current).ToArray();
            if (addresses.Length > 0)
                return Found(current, addresses);
            var alias = message.Answers.FirstOrDefault(x => x.Type is DnsRecordType.Cname && x.Name == current);
            if (alias.Target is null)
                break;
            if (Follow(alias) is { } fault)
                return fault;
        }

        if (message.Code is DnsResponseCode.NameError)
            return Nothing(DnsFailure.NotFound, "does not exist", message);
        var isDead = message.Authority is not null || Question.Name == before;
        return isDead ? Nothing(DnsFailure.NoData, "has no such address", message) : null;
    }

    private DnsResult.Failed? Follow(DnsRecord alias)
    {
        if (!_seen.Add(alias.Target!))
            return new DnsResult.Failed(DnsFailure.BadAnswer, $"its aliases run in a circle at {alias.Target}");
        if (_seen.Count > MaxAliases + 1)
            return new DnsResult.Failed(DnsFailure.BadAnswer, $"it has more than {MaxAliases} aliases");
        // What no query of ours could ask.
        if (HostName.Parse(alias.Target!).Fault is { } fault)
            return new DnsResult.Failed(DnsFailure.BadAnswer, $"its alias is no host name: {fault}");
        _ttl = Math.Min(_ttl, alias.Ttl);
        Question = Question with { Name = alias.Target! };
        return null;
    }

    private DnsResult.Found Found(string canonical, DnsRecord[] records) => new(
        [.. records.Select(static x => x.Address!)],
        canonical,
        TimeSpan.FromSeconds(Math.Min(_ttl, records.Min(static x => x.Ttl))));

    private DnsResult.Failed Nothing(DnsFailure kind, string what, DnsMessage message) => new(
        kind,
        $"{Question} {what}",
        message.Authority is { } soa ? TimeSpan.FromSeconds(Math.Min(_ttl, soa.NegativeTtl)) : null);
}
