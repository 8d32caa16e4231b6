using Aleph.Actors.Dns;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

[Trait("rfc", "7766-5")]
public sealed class NameServerTcpTests
{
    [Fact]
    public async Task An_answer_that_is_cut_is_fetched_over_tcp()
    {
        await using var dns = new NameServerHarness();
        var server = Truncating(dns, x => Reply.To(x).Address(x.Name, "10.0.0.1").ToFrame());

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
        Assert.Equal([false, true], server.Asks.Select(x => x.OverTcp));
        Assert.Equal((2, 1), (dns.Statistics.Queries, dns.Statistics.TcpFallbacks));
    }

    [Fact]
    public async Task Records_of_an_answer_that_is_cut_are_not_used()
    {
        await using var dns = new NameServerHarness();
        var server = Truncating(dns, x => Reply.To(x).Address(x.Name, "10.0.0.1").ToFrame());
        server.OnUdp = x => [Reply.To(x).Address(x.Name, "10.6.6.6").Claim(0, 9).Truncated().ToArray()];

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
    }

    [Theory]
    [InlineData(1232, 0)]
    [InlineData(1233, 1)]
    public async Task An_answer_larger_than_the_payload_size_is_fetched_over_tcp(int length, int fallbacks)
    {
        await using var dns = new NameServerHarness();
        var server = Truncating(dns, x => Reply.To(x).Address(x.Name, "10.0.0.1").ToFrame());
        server.OnUdp = x =>
        {
            var bare = Reply.To(x).Address(x.Name, "10.0.0.1").ToArray();
            return [[.. bare, .. new byte[length - bare.Length]]];
        };

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
        Assert.Equal(fallbacks, dns.Statistics.TcpFallbacks);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(-1)]
    public async Task A_connection_cut_in_the_middle_leads_to_the_second_server(int octets)
    {
        await using var dns = new NameServerHarness();
        Truncating(dns, x => Reply.To(x).Address(x.Name, "10.6.6.6").ToFrame() is var all && octets < 0
            ? all[..^1]
            : all[..octets]);
        dns.Add(x => Reply.To(x).Address("a.example", "10.0.0.2"));

        Assert.Equal("10.0.0.2", await dns.AddressesAsync("a.example"));
    }

    [Fact]
    public async Task A_connection_cut_by_the_only_server_is_an_error_that_says_so()
    {
        await using var dns = new NameServerHarness();
        Truncating(dns, _ => [0]);

        var failed = await dns.FailAsync("a.example");

        Assert.Equal(DnsFailure.BadAnswer, failed.Kind);
        Assert.Contains("TCP connection", failed.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_answers_over_tcp_are_refused()
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { Tries = 1 };
        Truncating(dns, x => Reply.To(x).OtherId().Address(x.Name, "10.6.6.6").ToFrame());
        Truncating(dns, x => Reply.To("b.example", 1).Address("b.example", "10.6.6.6").ToFrame());
        Truncating(dns, x => Reply.To(x).Truncated().ToFrame());
        Truncating(dns, _ => [0, 3, 1, 2, 3]);
        Truncating(dns, _ => [0, 0]);

        var failed = await dns.FailAsync("a.example");

        Assert.Equal(DnsFailure.BadAnswer, failed.Kind);
        Assert.Equal(10, dns.Statistics.Queries);
    }

    [Fact]
    public async Task A_server_without_tcp_leads_to_the_second()
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add(x => Reply.To(x).Truncated());
        server.CloseTcp();
        dns.Add(x => Reply.To(x).Address("a.example", "10.0.0.2"));

        Assert.Equal("10.0.0.2", await dns.AddressesAsync("a.example"));
    }

    [Fact]
    public async Task Silence_over_tcp_ends_at_the_timeout()
    {
        await using var dns = new NameServerHarness();
        var server = Truncating(dns, _ => []);
        server.TcpIsSilent = true;
        dns.Add(x => Reply.To(x).Address("a.example", "10.0.0.2"));
        var lookUp = dns.AddressesAsync("a.example");
        await server.NextAsync();
        Assert.True((await server.NextAsync()).OverTcp);

        dns.Time.Advance(dns.Settings.QueryTimeout);

        Assert.Equal("10.0.0.2", await lookUp);
        Assert.Equal(1, dns.Statistics.Timeouts);
    }

    private static ScriptedNameServer Truncating(NameServerHarness dns, Func<DnsAsk, byte[]> onTcp)
    {
        var server = dns.Add(x => Reply.To(x).Truncated());
        server.OnTcp = onTcp;
        return server;
    }
}
