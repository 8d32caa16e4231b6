using System.Net;

namespace Aleph.Actors.Dns;

/// <summary>The answers that need no look-up: addresses as text, the machine itself, what the cache holds.</summary>
internal sealed class ReadyAnswers(DnsSettings settings, DnsCache cache, DnsCounters counters)
{
    /// <summary>Whether a look-up is not needed; else <paramref name="name"/> is what must be looked up.</summary>
    public bool TryAnswer(string host, out HostName name, out DnsResult result, out TimeSpan left)
    {
        left = TimeSpan.Zero;
        name = HostName.Parse(host);
        if (name.Fault is { } fault)
            result = Failed(DnsFailure.BadName, fault);
        else if (name.Address is { } address)
            result = new DnsResult.Found([address], address.ToString(), TimeSpan.Zero);
        else if (name.IsLocalHost)
            result = LocalHost(name.BareName);
        else
            return TryRemember(name, out result, out left);
        return true;
    }

    private bool TryRemember(HostName name, out DnsResult result, out TimeSpan left)
    {
        if (!cache.TryGet(name.Name, out result, out left))
            return false;
        if (result is DnsResult.Found)
            counters.Hit();
        else
            counters.NegativeHit();
        return true;
    }

    private DnsResult.Failed Failed(DnsFailure kind, string detail)
    {
        counters.Failed(kind);
        return new DnsResult.Failed(kind, detail);
    }

    // RFC 6761 6.3: always the loopback, and nobody is asked.
    private DnsResult.Found LocalHost(string name) => new(
        AddressOrder.Sort([IPAddress.IPv6Loopback, IPAddress.Loopback], settings.AddressTypes, AddressOrder.HasRoute),
        name,
        TimeSpan.Zero);
}
