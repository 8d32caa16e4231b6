using System.Net;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

public sealed class ResolverCacheTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Fact]
    public async Task An_answer_is_remembered_for_its_time_to_live_and_not_longer()
    {
        await using var dns = new ResolverHarness();
        dns.Source.Prepare("a.example", ScriptedSource.Found("10.0.0.1", ttlSeconds: 60));
        await dns.ResolveAsync("a.example");

        dns.Time.Advance(TimeSpan.FromSeconds(60) - Tick);
        Assert.Equal(IPAddress.Parse("10.0.0.1"), Assert.Single(await dns.ResolveAsync("a.example")));
        Assert.Equal(1, dns.Source.Count);

        dns.Time.Advance(Tick);
        await dns.ResolveAsync("a.example");
        Assert.Equal(2, dns.Source.Count);
        Assert.Equal((1, 2), (dns.Statistics.Hits, dns.Statistics.Misses));
    }

    [Fact]
    public async Task A_hit_is_answered_without_the_actor()
    {
        await using var dns = new ResolverHarness();
        dns.Source.Prepare("a.example", ScriptedSource.Found("10.0.0.1", ttlSeconds: 60));
        await dns.ResolveAsync("a.example");

        var hit = dns.Resolver.ResolveAsync("A.Example").AsTask();

        Assert.True(hit.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_time_to_live_of_zero_is_not_remembered()
    {
        await using var dns = new ResolverHarness();
        dns.Source.Prepare("a.example", ScriptedSource.Found("10.0.0.1", ttlSeconds: 0));

        await dns.ResolveAsync("a.example");
        await dns.ResolveAsync("a.example");

        Assert.Equal(2, dns.Source.Count);
        Assert.Equal(0, dns.Statistics.Entries);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(5, 5)]
    [InlineData(30, 30)]
    [InlineData(3600, 60)]
    [InlineData(int.MaxValue, 60)]
    [InlineData(null, 20)]
    public async Task A_time_to_live_is_bounded(int? told, double seconds)
    {
        await using var dns = new ResolverHarness(x => x with
        {
            MinTtl = TimeSpan.FromSeconds(5),
            MaxTtl = TimeSpan.FromSeconds(60),
            PositiveTtl = TimeSpan.FromSeconds(20),
        });
        dns.Source.Prepare("a.example", ScriptedSource.Found("10.0.0.1", told));

        var resolved = await dns.AskAsync<DnsProtocol.Resolved>(new DnsProtocol.Resolve("a.example"));

        Assert.Equal(TimeSpan.FromSeconds(seconds), resolved.TimeToLive);
        dns.Time.Advance(TimeSpan.FromSeconds(1));
        resolved = await dns.AskAsync<DnsProtocol.Resolved>(new DnsProtocol.Resolve("a.example"));
        Assert.Equal(TimeSpan.FromSeconds(seconds - 1), resolved.TimeToLive);
        Assert.Equal("canonical.example", resolved.CanonicalName);
    }

    [Theory]
    [InlineData(DnsFailure.NotFound, 5, 5)]
    [InlineData(DnsFailure.NoData, 5, 5)]
    [InlineData(DnsFailure.NotFound, 100_000, 300)]
    [InlineData(DnsFailure.NotFound, null, 10)]
    [Trait("rfc", "2308-5")]
    public async Task That_there_is_nothing_is_remembered_within_bounds(DnsFailure kind, int? told, double seconds)
    {
        await using var dns = new ResolverHarness();
        dns.Source.Prepare("a.example", ScriptedSource.Failed(kind, told));
        await dns.FailAsync("a.example");

        dns.Time.Advance(TimeSpan.FromSeconds(seconds) - Tick);
        Assert.Equal(kind, (await dns.FailAsync("a.example")).Kind);
        Assert.Equal(1, dns.Source.Count);
        Assert.Equal(1, dns.Statistics.NegativeHits);

        dns.Time.Advance(Tick);
        await dns.FailAsync("a.example");
        Assert.Equal(2, dns.Source.Count);
    }

    [Theory]
    [InlineData(DnsFailure.Timeout)]
    [InlineData(DnsFailure.ServerFailure)]
    [InlineData(DnsFailure.Refused)]
    [InlineData(DnsFailure.Unreachable)]
    [InlineData(DnsFailure.BadAnswer)]
    public async Task What_may_be_better_next_time_is_not_remembered(DnsFailure kind)
    {
        await using var dns = new ResolverHarness();
        dns.Source.Prepare("a.example", ScriptedSource.Failed(kind, 60));

        Assert.Equal(kind, (await dns.FailAsync("a.example")).Kind);
        await dns.FailAsync("a.example");

        Assert.Equal(2, dns.Source.Count);
        Assert.Equal(2, dns.Statistics.Failures[kind]);
    }

    [Fact]
    public async Task The_number_of_names_is_bounded_and_those_in_use_stay()
    {
        await using var dns = new ResolverHarness(x => x with { MaxEntries = 10 });
        for (var i = 0; i < 1000; i++)
        {
            dns.Source.Prepare($"{i}.example", ScriptedSource.Found("10.0.0.1", ttlSeconds: 60));
            await dns.ResolveAsync($"{i}.example");
            await dns.ResolveAsync("0.example");
            Assert.True(dns.Statistics.Entries <= 10);
        }

        Assert.Equal(10, dns.Statistics.Entries);
        Assert.Equal(1000, dns.Source.Count);
    }

    [Fact]
    public async Task No_entries_means_no_cache()
    {
        await using var dns = new ResolverHarness(x => x with { MaxEntries = 0 });
        dns.Source.Prepare("a.example", ScriptedSource.Found("10.0.0.1", ttlSeconds: 60));

        await dns.ResolveAsync("a.example");
        await dns.ResolveAsync("a.example");

        Assert.Equal(2, dns.Source.Count);
    }

    [Fact]
    public async Task Expired_entries_are_replaced_without_end()
    {
        await using var dns = new ResolverHarness(x => x with { MaxEntries = 2 });
        dns.Source.Prepare("a.example", ScriptedSource.Found("10.0.0.1", ttlSeconds: 1));
        dns.Source.Prepare("b.example", ScriptedSource.Found("10.0.0.2", ttlSeconds: 1));
        for (var i = 0; i < 50; i++)
        {
            await dns.ResolveAsync("a.example");
            await dns.ResolveAsync("b.example");
            dns.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(100, dns.Source.Count);
        Assert.Equal(2, dns.Statistics.Entries);
    }

    [Fact]
    public async Task Clear_forgets_everything()
    {
        await using var dns = new ResolverHarness();
        dns.Source.Prepare("a.example", ScriptedSource.Found("10.0.0.1", ttlSeconds: 60));
        await dns.ResolveAsync("a.example");

        await dns.AskAsync<DnsProtocol.Cleared>(DnsProtocol.Clear.Instance);

        Assert.Equal(0, dns.Statistics.Entries);
        await dns.ResolveAsync("a.example");
        Assert.Equal(2, dns.Source.Count);
    }
}
