using Akka.Configuration;
using Aleph.Actors.Dns;

namespace Aleph.Actors;

/// <summary>
/// How hosts are resolved and what is remembered. The manual of every key is <c>hocon/aleph.conf</c>, section
/// <c>aleph.dns</c>; the defaults here are the same. Immutable: change with <c>with</c>.
/// </summary>
public sealed record DnsSettings
{
    /// <summary>The entry of a list that stands for what the system is configured with.</summary>
    public const string FromSystem = "system";

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(1);

    /// <summary>The defaults.</summary>
    public static DnsSettings Default { get; } = new();

    /// <summary>
    /// The name servers, asked in this order: an IP address with or without port (<c>192.0.2.1</c>,
    /// <c>192.0.2.1:5353</c>, <c>[2001:db8::1]:53</c>), or <see cref="FromSystem"/> for those that the system is
    /// configured with. Empty (the default): the platform's own look-up is used, with all that it is configured to do.
    /// </summary>
    public IReadOnlyList<string> NameServers { get; init; } = [];

    /// <summary>How long one query waits for its answer, 1 ms to 1 min. Default 2 s.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a look-up may take in all, 1 ms to 10 min. Default 15 s.</summary>
    public TimeSpan ResolveTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the addresses of one family wait for those of the other (RFC 8305, section 3), 0 to 1 min. Default
    /// 250 ms.
    /// </summary>
    public TimeSpan ResolutionDelay { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How many times the list of name servers is gone through, 1 to 10. Default 2.</summary>
    public int Tries { get; init; } = 2;

    /// <summary>Whether each look-up begins with the next name server instead of the first. Default false.</summary>
    public bool Rotate { get; init; }

    /// <summary>
    /// How many queries one look-up may send, over all name servers, families, aliases and search domains, 1 to 1000.
    /// Default 32.
    /// </summary>
    public int MaxQueriesPerResolve { get; init; } = 32;

    /// <summary>
    /// The largest answer that is taken over UDP, 512 to 65535 bytes; a larger one is fetched over TCP. Default 1232,
    /// which passes unfragmented everywhere.
    /// </summary>
    public int MaxPayloadSize { get; init; } = 1232;

    /// <summary>
    /// Whether queries tell <see cref="MaxPayloadSize"/> to the name server (EDNS0, RFC 6891); without that, answers
    /// over UDP end at 512 bytes. Default true.
    /// </summary>
    public bool Edns { get; init; } = true;

    /// <summary>Whether name servers are asked to look further themselves. Default true.</summary>
    public bool RecursionDesired { get; init; } = true;

    /// <summary>
    /// Which addresses are asked for, and which come first. Default <see cref="DnsAddressTypes.Auto"/>.
    /// </summary>
    public DnsAddressTypes AddressTypes { get; init; } = DnsAddressTypes.Auto;

    /// <summary>How many addresses of one host are kept, 1 to 1000. Default 64.</summary>
    public int MaxAddresses { get; init; } = 64;

    /// <summary>
    /// The domains in which a name without a trailing dot is tried, or <see cref="FromSystem"/> for those that the
    /// system is configured with. Default the system's. The platform's own look-up has its own.
    /// </summary>
    public IReadOnlyList<string> SearchDomains { get; init; } = [FromSystem];

    /// <summary>
    /// With this many dots a name is tried as it is before it is tried in search domains, 0 to 15. Null (the default):
    /// as the system is configured, else 1.
    /// </summary>
    public int? Ndots { get; init; }

    /// <summary>
    /// The hosts file that is looked into before name servers are asked: a path, <see cref="FromSystem"/> (the
    /// default), or null for none. The platform's own look-up has its own.
    /// </summary>
    public string? HostsFile { get; init; } = FromSystem;

    /// <summary>Lifetimes of answers are lifted to this, 0 to 1 day. Default 0.</summary>
    public TimeSpan MinTtl { get; init; } = TimeSpan.Zero;

    /// <summary>Lifetimes of answers are cut to this, 0 (nothing is remembered) to 7 days. Default 1 day.</summary>
    public TimeSpan MaxTtl { get; init; } = Day;

    /// <summary>
    /// How long an answer is remembered whose lifetime nobody tells, as with the platform's own look-up; 0 to 1 day.
    /// Default 30 s.
    /// </summary>
    public TimeSpan PositiveTtl { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long it is remembered that there is nothing, when nobody tells a lifetime; 0 to 1 day. Default 10 s.
    /// </summary>
    public TimeSpan NegativeTtl { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>To what told lifetimes of nothing are cut (RFC 2308, section 5); 0 to 1 day. Default 5 min.</summary>
    public TimeSpan MaxNegativeTtl { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How many names are remembered, 0 to 1,000,000. Default 1000.</summary>
    public int MaxEntries { get; init; } = 1000;

    /// <summary>
    /// How many look-ups may be under way at a time, 1 to 65536; beyond it they fail with <see
    /// cref="DnsFailure.LimitExceeded"/>. Askers of one name share a look-up. Default 256.
    /// </summary>
    public int MaxLookups { get; init; } = 256;

    /// <summary>Whether each query and its answer are logged, at debug level. Default false.</summary>
    public bool Trace { get; init; }

    /// <summary>
    /// What is logged of each query and of all that name servers send, in hexadecimal and as text. Default nothing. The
    /// platform's own look-up shows nothing of its bytes.
    /// </summary>
    public WireLogSettings WireLog { get; init; } = WireLogSettings.Default;

    /// <summary>The clock of lifetimes and timeouts. Default the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Reads the section <c>aleph.dns</c>, and the defaults where it is silent.</summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static DnsSettings FromConfig(Config config) =>
        DnsSettingsReader.Read(CheckedConfig.Over(config, AlephConfig.Reference, "aleph.dns"));

    /// <summary>All that is wrong with these settings, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new SettingsFaults("aleph.dns");
        ValidateServers(faults);
        faults.Between("query-timeout", QueryTimeout, MinTimeout, TimeSpan.FromMinutes(1));
        faults.Between("resolve-timeout", ResolveTimeout, MinTimeout, TimeSpan.FromMinutes(10));
        faults.Between("resolution-delay", ResolutionDelay, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        faults.Between("tries", Tries, 1, 10);
        faults.Between("max-queries-per-resolve", MaxQueriesPerResolve, 1, 1000);
        faults.Between("max-payload-size", MaxPayloadSize, 512, 65535);
        if (!Enum.IsDefined(AddressTypes))
            faults.Add("address-types", AddressTypes, "it must be one of those that the manual lists");
        faults.Between("max-addresses", MaxAddresses, 1, 1000);
        faults.Between("ndots", Ndots ?? 1, 0, 15);
        ValidateCache(faults);
        faults.Between("max-lookups", MaxLookups, 1, 65536);
        if (WireLog is null)
            faults.Add("wire-log", null, "it must be set");
        WireLog?.Validate(faults);
        if (WireLog is { Encrypted: true })
            faults.Add("wire-log.encrypted", "on", "DNS has no TLS beneath it");
        if (Time is null)
            faults.Add("time", null, "it must be a clock");
        return faults.All;
    }

    private void ValidateServers(SettingsFaults faults)
    {
        foreach (var server in NameServers ?? [])
        {
            if (server != FromSystem && !NameServerList.TryParse(server, out _))
                faults.Add("name-servers", server, "it must be an IP address, with or without a port, or system");
        }

        foreach (var domain in SearchDomains ?? [])
        {
            if (domain != FromSystem && HostName.Parse(domain) is { Fault: not null } or { Address: not null })
                faults.Add("search-domains", domain, "it must be a domain name, or system");
        }

        if (NameServers is null)
            faults.Add("name-servers", null, "it must be a list");
        if (SearchDomains is null)
            faults.Add("search-domains", null, "it must be a list");
        if (HostsFile is { Length: 0 })
            faults.Add("hosts-file", "empty", "it must be a path, system, or none");
    }

    private void ValidateCache(SettingsFaults faults)
    {
        faults.Between("min-ttl", MinTtl, TimeSpan.Zero, Day);
        faults.Between("max-ttl", MaxTtl, TimeSpan.Zero, 7 * Day);
        if (MaxTtl < MinTtl)
            faults.Add("max-ttl", MaxTtl, "it must not be less than min-ttl");
        faults.Between("positive-ttl", PositiveTtl, TimeSpan.Zero, Day);
        faults.Between("negative-ttl", NegativeTtl, TimeSpan.Zero, Day);
        faults.Between("max-negative-ttl", MaxNegativeTtl, TimeSpan.Zero, Day);
        faults.Between("max-entries", MaxEntries, 0, 1_000_000);
    }
}
