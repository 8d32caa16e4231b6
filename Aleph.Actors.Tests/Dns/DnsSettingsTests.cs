using System.Net;
using Akka.Configuration;
using Aleph.Actors.Dns;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

public sealed class DnsSettingsTests
{
    [Fact]
    public void Reference_configuration_says_the_same_as_the_defaults()
    {
        var read = DnsSettings.FromConfig(Config.Empty);

        Assert.Equal(DnsSettings.Default.NameServers, read.NameServers);
        Assert.Equal(DnsSettings.Default.SearchDomains, read.SearchDomains);
        // Lists are equal by reference only.
        Assert.Equal(
            DnsSettings.Default,
            read with
            {
                NameServers = DnsSettings.Default.NameServers,
                SearchDomains = DnsSettings.Default.SearchDomains,
            });
    }

    [Fact]
    public void Defaults_are_valid() => Assert.Empty(DnsSettings.Default.Validate());

    [Fact]
    public void Every_fault_is_named_with_key_value_and_range()
    {
        var settings = new DnsSettings
        {
            NameServers = ["dns.example", "10.0.0.1:0"],
            SearchDomains = ["10.0.0.1", "a..b"],
            HostsFile = "",
            QueryTimeout = TimeSpan.Zero,
            Tries = 0,
            MaxPayloadSize = 511,
            Ndots = 16,
            MinTtl = TimeSpan.FromSeconds(2),
            MaxTtl = TimeSpan.FromSeconds(1),
            MaxLookups = 0,
            WireLog = new WireLogSettings { MaxBytes = -1, Encrypted = true },
        };

        Assert.Equal(
            [
                "aleph.dns.name-servers is dns.example; it must be an IP address, with or without a port, or system",
                "aleph.dns.name-servers is 10.0.0.1:0; it must be an IP address, with or without a port, or system",
                "aleph.dns.search-domains is 10.0.0.1; it must be a domain name, or system",
                "aleph.dns.search-domains is a..b; it must be a domain name, or system",
                "aleph.dns.hosts-file is empty; it must be a path, system, or none",
                "aleph.dns.query-timeout is 0s; it must be between 1ms and 1m",
                "aleph.dns.tries is 0; it must be between 1 and 10",
                "aleph.dns.max-payload-size is 511; it must be between 512 and 65535",
                "aleph.dns.ndots is 16; it must be between 0 and 15",
                "aleph.dns.max-ttl is 1s; it must not be less than min-ttl",
                "aleph.dns.max-lookups is 0; it must be between 1 and 65536",
                "aleph.dns.wire-log.max-bytes is -1; it must be between 0 and 1048576",
                "aleph.dns.wire-log.encrypted is on; DNS has no TLS beneath it",
            ],
            settings.Validate());
    }

    [Fact]
    public void Props_throw_the_faults() =>
        Assert.Throws<ArgumentException>(() => DnsResolver.Props(new DnsSettings { Tries = 11 }));

    [Fact]
    public void Values_of_the_configuration_reach_the_record()
    {
        var settings = DnsSettings.FromConfig(ConfigurationFactory.ParseString("""
            aleph.dns { name-servers = ["192.0.2.1", "system"], tries = 3, rotate = on, edns = off, trace = on }
            aleph.dns { recursion-desired = off, ndots = 2, search-domains = [], hosts-file = none }
            aleph.dns { address-types = ipv6-preferred, max-ttl = 1h }
            """));

        Assert.Equal(["192.0.2.1", "system"], settings.NameServers);
        Assert.Equal((3, 2, null), (settings.Tries, settings.Ndots, settings.HostsFile));
        Assert.Equal((true, false, true), (settings.Rotate, settings.Edns, settings.Trace));
        Assert.False(settings.RecursionDesired);
        Assert.Empty(settings.SearchDomains);
        Assert.Equal(DnsAddressTypes.IPv6Preferred, settings.AddressTypes);
        Assert.Equal(TimeSpan.FromHours(1), settings.MaxTtl);
    }

    [Theory]
    [InlineData("address-types = ipv5")]
    [InlineData("ndots = many")]
    public void A_value_that_is_none_names_its_key(string line)
    {
        var config = ConfigurationFactory.ParseString($"aleph.dns {{ {line} }}");

        var fault = Assert.Throws<ConfigurationException>(() => DnsSettings.FromConfig(config));
        Assert.Contains("aleph.dns." + line.Split(' ')[0], fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1:53")]
    [InlineData("192.0.2.1:5353", "192.0.2.1:5353")]
    [InlineData("2001:db8::1", "[2001:db8::1]:53")]
    [InlineData("[2001:db8::1]", "[2001:db8::1]:53")]
    [InlineData("[2001:db8::1]:65535", "[2001:db8::1]:65535")]
    [InlineData("192.0.2.1:", null)]
    [InlineData("192.0.2.1:65536", null)]
    [InlineData("dns.example:53", null)]
    [InlineData("", null)]
    public void Name_servers_are_read(string text, string? expected)
    {
        var good = NameServerList.TryParse(text, out var server);

        Assert.Equal(expected, good ? server.ToString() : null);
    }
}
