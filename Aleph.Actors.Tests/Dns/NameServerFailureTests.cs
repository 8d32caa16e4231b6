using Aleph.Actors.Dns;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

public sealed class NameServerFailureTests
{
    [Theory]
    [InlineData(2, DnsFailure.ServerFailure, "SERVFAIL")]
    [InlineData(4, DnsFailure.ServerFailure, "code 4")]
    [InlineData(1, DnsFailure.ServerFailure, "code 1")]
    [InlineData(5, DnsFailure.Refused, "REFUSED")]
    public async Task A_server_that_cannot_or_will_not_is_an_error_that_names_it(
        int code, DnsFailure kind, string said)
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { Edns = false };
        var server = dns.Add(x => Reply.To(x).Code(code));

        var failed = await dns.FailAsync("a.example");

        Assert.Equal(kind, failed.Kind);
        Assert.Contains($"a.example A from {server.EndPoint}: {said}", failed.Detail, StringComparison.Ordinal);
        Assert.Equal(dns.Settings.Tries, server.Asks.Count);
        Assert.Null(failed.Ttl);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    public async Task After_a_server_that_cannot_the_second_is_asked(int code)
    {
        await using var dns = new NameServerHarness();
        var first = dns.Add(x => Reply.To(x).Code(code));
        dns.Add(x => Reply.To(x).Address("a.example", "10.0.0.2"));

        Assert.Equal("10.0.0.2", await dns.AddressesAsync("a.example"));
        Assert.Single(first.Asks);
    }

    [Fact]
    public async Task That_a_name_does_not_exist_is_final()
    {
        await using var dns = new NameServerHarness();
        dns.Add(x => Reply.To(x).Code(3));
        var second = dns.Add(x => Reply.To(x).Address("a.example", "10.0.0.2"));

        Assert.Equal(DnsFailure.NotFound, (await dns.FailAsync("a.example")).Kind);
        Assert.Empty(second.Asks);
    }

    [Fact]
    public async Task A_server_that_only_refers_to_others_is_passed_over()
    {
        await using var dns = new NameServerHarness();
        dns.Add(x => Reply.To(x).Referral());
        dns.Add(x => Reply.To(x).Address("a.example", "10.0.0.2"));

        Assert.Equal("10.0.0.2", await dns.AddressesAsync("a.example"));
    }

    [Fact]
    public async Task After_a_silent_server_the_second_is_asked()
    {
        await using var dns = new NameServerHarness();
        var silent = dns.Add();
        dns.Add(x => Reply.To(x).Address("a.example", "10.0.0.2"));
        var lookUp = dns.AddressesAsync("a.example");
        await silent.NextAsync();

        dns.Time.Advance(dns.Settings.QueryTimeout - TimeSpan.FromTicks(1));
        Assert.False(lookUp.IsCompleted);
        dns.Time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal("10.0.0.2", await lookUp);
        Assert.Equal((1, 2), (dns.Statistics.Timeouts, dns.Statistics.Queries));
    }

    [Fact]
    public async Task Silence_of_all_is_a_timeout_that_names_them()
    {
        await using var dns = new NameServerHarness();
        var first = dns.Add();
        var second = dns.Add();
        var lookUp = dns.FailAsync("a.example");
        foreach (var server in new[] { first, second, first, second })
        {
            await server.NextAsync();
            dns.Time.Advance(dns.Settings.QueryTimeout);
        }

        var failed = await lookUp;

        Assert.Equal(DnsFailure.Timeout, failed.Kind);
        Assert.Contains(first.EndPoint.ToString(), failed.Detail, StringComparison.Ordinal);
        Assert.Contains($"{second.EndPoint}: no answer within 2 s", failed.Detail, StringComparison.Ordinal);
        Assert.Equal(4, dns.Statistics.Timeouts);
    }

    [Fact]
    public async Task After_a_server_that_is_down_the_second_is_asked_at_once()
    {
        await using var dns = new NameServerHarness();
        dns.AddDown();
        dns.Add(x => Reply.To(x).Address("a.example", "10.0.0.2"));

        // The clock stands still, so no timeout helps.
        Assert.Equal("10.0.0.2", await dns.AddressesAsync("a.example"));
        Assert.Equal(0, dns.Statistics.Timeouts);
    }

    [Fact]
    public async Task When_all_are_down_none_can_be_reached()
    {
        await using var dns = new NameServerHarness();
        dns.AddDown();
        dns.AddDown();

        Assert.Equal(DnsFailure.Unreachable, (await dns.FailAsync("a.example")).Kind);
        Assert.Equal(4, dns.Statistics.Queries);
    }

    [Fact]
    public async Task What_a_server_said_tells_more_than_that_another_is_down()
    {
        await using var dns = new NameServerHarness();
        dns.Add(x => Reply.To(x).Code(5));
        dns.AddDown();

        Assert.Equal(DnsFailure.Refused, (await dns.FailAsync("a.example")).Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task The_number_of_queries_is_bounded(int limit)
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { MaxQueriesPerResolve = limit, Tries = 10 };
        var server = dns.Add(x => Reply.To(x).Code(2));

        var failed = await dns.FailAsync("a.example");

        Assert.Equal(DnsFailure.LimitExceeded, failed.Kind);
        Assert.Contains("max-queries-per-resolve", failed.Detail, StringComparison.Ordinal);
        Assert.Equal(limit, server.Asks.Count);
    }

    [Fact]
    public async Task Exactly_as_many_queries_as_the_limit_are_good()
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { MaxQueriesPerResolve = 3 };
        var number = 0;
        dns.Add(x => ++number == 3
            ? Reply.To(x).Address(x.Name, "10.0.0.1")
            : Reply.To(x).Cname(x.Name, $"{number}.example"));

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
    }

    [Fact]
    public async Task Rotation_begins_each_look_up_with_the_next_server()
    {
        await using var dns = new NameServerHarness();
        dns.Settings = dns.Settings with { Rotate = true };
        var servers = new[] { "10.0.0.1", "10.0.0.2", "10.0.0.3" }
            .Select(a => dns.Add(x => Reply.To(x).Address("a.example", a))).ToArray();
        var answers = new List<string>();
        for (var i = 0; i < 4; i++)
            answers.Add(await dns.AddressesAsync("a.example"));

        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.1"], answers);
        Assert.Equal([2, 1, 1], servers.Select(x => x.Asks.Count));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(4, false)]
    [Trait("rfc", "6891-7")]
    public async Task A_server_without_edns_is_asked_again_without(int code, bool repeatsQuestion)
    {
        await using var dns = new NameServerHarness();
        dns.Add(x => x.HasOpt
            ? repeatsQuestion ? Reply.To(x).Code(code) : Reply.To(x).Code(code).WithoutQuestion()
            : Reply.To(x).Address("a.example", "10.0.0.1"));

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
        Assert.Equal(2, dns.Statistics.Queries);
    }

    [Fact]
    [Trait("rfc", "6891-6.1.3")]
    public async Task The_upper_bits_of_a_code_come_from_edns()
    {
        await using var dns = new NameServerHarness();
        // 16 (bad version) is 0 without its upper bits.
        dns.Add(x => x.HasOpt ? Reply.To(x).Opt(upperCode: 1) : Reply.To(x).Address("a.example", "10.0.0.1"));

        Assert.Equal("10.0.0.1", await dns.AddressesAsync("a.example"));
    }

    [Fact]
    public async Task Cancelling_ends_a_look_up_under_way()
    {
        await using var dns = new NameServerHarness();
        var silent = dns.Add();
        using var cancel = new CancellationTokenSource();
        var lookUp = dns.LookUpAsync("a.example", cancel.Token);
        await silent.NextAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lookUp);
        Assert.Equal(0, dns.Statistics.Timeouts);
    }
}
