using System.Globalization;
using Akka.Configuration;

namespace Aleph.Actors.Dns;

/// <summary>Reads <see cref="DnsSettings"/> from HOCON. Ranges are the record's own business.</summary>
internal static class DnsSettingsReader
{
    public static DnsSettings Read(Config root)
    {
        var dns = root.GetConfig("aleph.dns");
        return new DnsSettings
        {
            NameServers = [.. dns.GetStringList("name-servers")],
            QueryTimeout = dns.GetTimeSpan("query-timeout"),
            ResolveTimeout = dns.GetTimeSpan("resolve-timeout"),
            ResolutionDelay = dns.GetTimeSpan("resolution-delay"),
            Tries = dns.GetInt("tries"),
            Rotate = dns.GetBoolean("rotate"),
            MaxQueriesPerResolve = dns.GetInt("max-queries-per-resolve"),
            MaxPayloadSize = dns.GetInt("max-payload-size"),
            Edns = dns.GetBoolean("edns"),
            RecursionDesired = dns.GetBoolean("recursion-desired"),
            AddressTypes = AddressTypesOf(dns.GetString("address-types")),
            MaxAddresses = dns.GetInt("max-addresses"),
            SearchDomains = [.. dns.GetStringList("search-domains")],
            Ndots = NdotsOf(dns.GetString("ndots")),
            HostsFile = dns.GetString("hosts-file") is var file && file == "none" ? null : file,
            MinTtl = dns.GetTimeSpan("min-ttl"),
            MaxTtl = dns.GetTimeSpan("max-ttl"),
            PositiveTtl = dns.GetTimeSpan("positive-ttl"),
            NegativeTtl = dns.GetTimeSpan("negative-ttl"),
            MaxNegativeTtl = dns.GetTimeSpan("max-negative-ttl"),
            MaxEntries = dns.GetInt("max-entries"),
            MaxLookups = dns.GetInt("max-lookups"),
            Trace = dns.GetBoolean("trace"),
            WireLog = Tcp.TcpSettingsReader.ReadWireLog(dns, "aleph.dns.wire-log"),
        };
    }

    private static DnsAddressTypes AddressTypesOf(string text) => text switch
    {
        "auto" => DnsAddressTypes.Auto,
        "ipv4-only" => DnsAddressTypes.IPv4Only,
        "ipv6-only" => DnsAddressTypes.IPv6Only,
        "ipv4-preferred" => DnsAddressTypes.IPv4Preferred,
        "ipv6-preferred" => DnsAddressTypes.IPv6Preferred,
        _ => throw new ConfigurationException(
            $"aleph.dns.address-types is {text}; it must be auto, ipv4-only, ipv6-only, ipv4-preferred or "
            + "ipv6-preferred"),
    };

    private static int? NdotsOf(string text)
    {
        if (text == DnsSettings.FromSystem)
            return null;
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var dots)
            ? dots
            : throw new ConfigurationException($"aleph.dns.ndots is {text}; it must be a whole number or system");
    }
}
