using Aleph.Actors.Dns;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

public sealed class NameServerAnswerTests
{
    [Fact]
    public async Task Both_families_are_asked_for_and_ordered_as_wanted()
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { AddressTypes = DnsAddressTypes.IPv6Preferred };
        var server = dns.Add(Both);

        Assert.Equal("2001:db8::1 10.0.0.1", await dns.AddressesAsync("a.example"));
        Assert.Equal([1, 28], server.Asks.Select(x => x.Type).Order());
    }

    [Theory]
    [InlineData(DnsAddressTypes.IPv4Only, "10.0.0.1", 1)]
    [InlineData(DnsAddressTypes.IPv6Only, "2001:db8::1", 1)]
    [InlineData(DnsAddressTypes.IPv4Preferred, "10.0.0.1 2001:db8::1", 2)]
    public async Task Only_wanted_families_are_asked_for(DnsAddressTypes types, string expected, int queries)
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { AddressTypes = types };
        var server = dns.Add(Both);

        Assert.Equal(expected, await dns.AddressesAsync("a.example"));
        Assert.Equal(queries, server.Asks.Count);
    }

    [Theory]
    [InlineData(true, true, 1232)]
    [InlineData(false, false, 4096)]
    public async Task A_query_says_what_the_settings_say(bool recursion, bool edns, int payload)
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { RecursionDesired = recursion, Edns = edns, MaxPayloadSize = payload };
        var server = dns.Add(x => Reply.To(x).Address("a.example", "10.0.0.1"));

        await dns.FindAsync("A.example.");

        var ask = Assert.Single(server.Asks);
        Assert.Equal(("a.example", recursion, edns), (ask.Name, ask.RecursionDesired, ask.HasOpt));
        if (edns)
            Assert.Equal(payload, ask.Payload);
    }

    [Fact]
    public async Task Ids_and_ports_differ_from_query_to_query()
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add(x => Reply.To(x).Address("a.example", "10.0.0.1"));
        for (var i = 0; i < 64; i++)
            await dns.FindAsync("a.example");

        // Of 64 random ones out of 65536 a few may be equal; a fixed or counted one would be noticed.
        var ids = server.Asks.Select(x => x.Id).ToArray();
        Assert.True(ids.Distinct().Count() > 56);
        Assert.True(ids.Zip(ids.Skip(1)).Count(x => (ushort)(x.Second - x.First) == 1) < 8);
        Assert.True(server.Asks.Select(x => x.Client).Distinct().Count() > 32);
    }

    [Fact]
    [Trait("rfc", "1034-3.6.2")]
    public async Task Aliases_are_followed_within_one_answer()
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add(x => Reply.To(x)
            .Cname("a.example", "b.example", ttl: 30).Cname("b.example", "C.example", ttl: 20)
            .Address("c.example", "10.0.0.3", ttl: 40));

        var found = await dns.FindAsync("a.example");

        Assert.Equal(("c.example", TimeSpan.FromSeconds(20)), (found.CanonicalName, found.Ttl));
        Assert.Equal("10.0.0.3", Assert.Single(found.Addresses).ToString());
        Assert.Single(server.Asks);
    }

    [Fact]
    [Trait("rfc", "1034-3.6.2")]
    public async Task Aliases_are_followed_over_several_answers()
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add(x => x.Name switch
        {
            "a.example" => Reply.To(x).Cname("a.example", "b.example"),
            "b.example" => Reply.To(x).Cname("b.example", "c.example"),
            _ => Reply.To(x).Address("c.example", "10.0.0.3"),
        });

        Assert.Equal("c.example", (await dns.FindAsync("a.example")).CanonicalName);
        Assert.Equal(["a.example", "b.example", "c.example"], server.Asks.Select(x => x.Name));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Aliases_in_a_circle_end_with_an_error(bool inOneAnswer)
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add(x => inOneAnswer
            ? Reply.To(x).Cname("a.example", "b.example").Cname("b.example", "a.example")
            : x.Name == "a.example"
                ? Reply.To(x).Cname("a.example", "b.example")
                : Reply.To(x).Cname("b.example", "a.example"));

        var failed = await dns.FailAsync("a.example");

        Assert.Equal(DnsFailure.BadAnswer, failed.Kind);
        Assert.Contains("circle", failed.Detail, StringComparison.Ordinal);
        Assert.True(server.Asks.Count <= 2);
    }

    [Fact]
    public async Task An_alias_of_itself_is_a_circle()
    {
        await using var dns = new NameServerHarness();
        dns.Add(x => Reply.To(x).Cname("a.example", "a.example"));

        Assert.Equal(DnsFailure.BadAnswer, (await dns.FailAsync("a.example")).Kind);
    }

    [Theory]
    [InlineData(AliasChain.MaxAliases, true)]
    [InlineData(AliasChain.MaxAliases + 1, false)]
    public async Task The_number_of_aliases_is_bounded(int aliases, bool good)
    {
        await using var dns = new NameServerHarness();
        dns.Add(x =>
        {
            var number = int.Parse(x.Name.Split('.')[0], null);
            return number == aliases
                ? Reply.To(x).Address(x.Name, "10.0.0.1")
                : Reply.To(x).Cname(x.Name, $"{number + 1}.example");
        });

        var result = await dns.LookUpAsync("0.example");

        Assert.Equal(good, result is DnsResult.Found);
        if (!good)
            Assert.Equal(DnsFailure.BadAnswer, ((DnsResult.Failed)result).Kind);
    }

    [Fact]
    public async Task Addresses_of_another_name_in_the_answer_do_not_count()
    {
        await using var dns = new NameServerHarness();
        dns.Add(x => Reply.To(x).Address("evil.example", "10.6.6.6").Address("a.example", "10.0.0.1"));

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
    }

    [Theory]
    [InlineData(3600u, 120u, 120)]
    [InlineData(60u, 120u, 60)]
    [InlineData(60u, 0u, 0)]
    [InlineData(60u, 0x80000001u, 0)]
    [Trait("rfc", "2308-5")]
    public async Task A_name_that_does_not_exist_is_told_with_the_lifetime_of_its_zone(
        uint ttl, uint minimum, int seconds)
    {
        await using var dns = new NameServerHarness();
        dns.Add(x => Reply.To(x).Code(3).Soa(ttl, minimum));

        var failed = await dns.FailAsync("a.example");

        Assert.Equal((DnsFailure.NotFound, TimeSpan.FromSeconds(seconds)), (failed.Kind, failed.Ttl));
        Assert.Contains("a.example A does not exist", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rfc", "2308-2.2")]
    public async Task A_name_without_addresses_is_told_apart_from_one_that_does_not_exist()
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { AddressTypes = DnsAddressTypes.IPv4Preferred };
        dns.Add(x => Reply.To(x).Soa(x.IsA ? 50u : 40u, 3600));

        var failed = await dns.FailAsync("a.example");

        Assert.Equal((DnsFailure.NoData, TimeSpan.FromSeconds(40)), (failed.Kind, failed.Ttl));
    }

    [Fact]
    [Trait("rfc", "2308-2.1")]
    public async Task An_alias_to_nowhere_does_not_exist()
    {
        await using var dns = new NameServerHarness();
        dns.Add(x => Reply.To(x).Code(3).Cname("a.example", "b.example", ttl: 5).Soa(60, 60));

        var failed = await dns.FailAsync("a.example");

        Assert.Equal((DnsFailure.NotFound, TimeSpan.FromSeconds(5)), (failed.Kind, failed.Ttl));
    }

    [Fact]
    public async Task One_family_is_enough()
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { AddressTypes = DnsAddressTypes.IPv6Preferred };
        dns.Add(x => x.IsA ? Reply.To(x).Address("a.example", "10.0.0.1") : Reply.To(x).Soa(60, 60));

        var found = await dns.FindAsync("a.example");

        Assert.Equal(TimeSpan.FromSeconds(60), found.Ttl);
        Assert.Single(found.Addresses);
    }

    [Fact]
    [Trait("rfc", "8305-3")]
    public async Task A_family_that_is_not_answered_costs_the_resolution_delay()
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { AddressTypes = DnsAddressTypes.IPv6Preferred };
        var server = dns.Add();
        server.OnUdp = x => x.IsA ? [Reply.To(x).Address("a.example", "10.0.0.1").ToArray()] : [];
        var lookUp = dns.FindAsync("a.example");
        await dns.Time.ArmedAsync(dns.Settings.ResolutionDelay);

        dns.Time.Advance(dns.Settings.ResolutionDelay);

        var found = await lookUp;
        Assert.Equal("10.0.0.1", Assert.Single(found.Addresses).ToString());
        Assert.Equal(DnsSettings.Default.NegativeTtl, found.Ttl);
        Assert.Equal(0, dns.Statistics.Timeouts);
    }

    [Fact]
    [Trait("rfc", "2181-8")]
    public async Task A_lifetime_with_the_first_bit_set_is_none()
    {
        await using var dns = new NameServerHarness();
        dns.Add(x => Reply.To(x).Address("a.example", "10.0.0.1", ttl: 0x80000000));

        Assert.Equal(TimeSpan.Zero, (await dns.FindAsync("a.example")).Ttl);
    }

    [Fact]
    public async Task Search_domains_are_tried_in_order_until_one_knows_the_name()
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { SearchDomains = ["one.example", "two.example", "three.example"] };
        var server = dns.Add(x => x.Name == "db.two.example"
            ? Reply.To(x).Address(x.Name, "10.0.0.2")
            : Reply.To(x).Code(3));

        Assert.Equal("10.0.0.2", await dns.AddressesAsync("db"));
        Assert.Equal(["db.one.example", "db.two.example"], server.Asks.Select(x => x.Name));
    }

    [Fact]
    public async Task A_search_does_not_go_on_to_another_host_when_nobody_can_tell()
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { SearchDomains = ["one.example", "two.example"], Tries = 1 };
        var server = dns.Add(x => Reply.To(x).Code(2));

        Assert.Equal(DnsFailure.ServerFailure, (await dns.FailAsync("db")).Kind);
        Assert.All(server.Asks, x => Assert.Equal("db.one.example", x.Name));
    }

    private static Reply Both(DnsAsk ask) =>
        Reply.To(ask).Address(ask.Name, ask.IsA ? "10.0.0.1" : "2001:db8::1");
}
