using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Dns;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

public sealed class ResolverActorTests
{
    [Fact]
    public async Task A_thousand_askers_of_one_name_share_a_look_up()
    {
        await using var dns = new ResolverHarness();
        var asks = Enumerable.Range(0, 1000).Select(_ => dns.ResolveAsync("a.example")).ToArray();
        await dns.Source.Started("a.example").Within("the look-up began");
        // Behind all of the asks in the mailbox.
        await dns.AskAsync<DnsProtocol.Statistics>(DnsProtocol.GetStatistics.Instance);

        dns.Source.End("a.example", ScriptedSource.Found("10.0.0.1"));
        await Task.WhenAll(asks).Within("every asker has the answer");

        Assert.Equal(1, dns.Source.Count);
        Assert.Equal((1, 999), (dns.Statistics.Misses, dns.Statistics.Merged));
    }

    [Fact]
    public async Task One_who_gives_up_leaves_the_others()
    {
        await using var dns = new ResolverHarness();
        using var cancel = new CancellationTokenSource();
        var first = dns.Resolver.ResolveAsync("a.example", cancel.Token).AsTask();
        var second = dns.ResolveAsync("a.example");
        await dns.Source.Started("a.example").Within("the look-up began");

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Within("the first gave up"));
        dns.Source.End("a.example", ScriptedSource.Found("10.0.0.1"));
        Assert.Single(await second);
        Assert.Equal(1, dns.Source.Count);
    }

    [Fact]
    public async Task A_cancelled_token_asks_nobody()
    {
        await using var dns = new ResolverHarness();

        var ask = dns.Resolver.ResolveAsync("a.example", new CancellationToken(canceled: true));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ask.Within("refused"));
        await dns.AskAsync<DnsProtocol.Statistics>(DnsProtocol.GetStatistics.Instance);
        Assert.Equal(0, dns.Source.Count);
    }

    [Fact]
    public async Task What_is_looked_up_while_the_cache_is_cleared_is_answered_and_not_remembered()
    {
        await using var dns = new ResolverHarness();
        var before = dns.ResolveAsync("a.example");
        await dns.Source.Started("a.example").Within("the look-up began");
        await dns.AskAsync<DnsProtocol.Cleared>(DnsProtocol.Clear.Instance);

        dns.Source.End("a.example", ScriptedSource.Found("10.0.0.1", 60));

        Assert.Single(await before);
        Assert.Equal(0, dns.Statistics.Entries);
    }

    [Fact]
    public async Task A_look_up_ends_at_its_deadline()
    {
        await using var dns = new ResolverHarness(x => x with { ResolveTimeout = TimeSpan.FromSeconds(3) });
        var ask = dns.FailAsync("a.example");
        await dns.Source.Started("a.example").Within("the look-up began");

        dns.Time.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.False(ask.IsCompleted);
        dns.Time.Advance(TimeSpan.FromTicks(1));

        var failure = await ask;
        Assert.Equal((DnsFailure.Timeout, "a.example"), (failure.Kind, failure.Host));
        Assert.Contains("within 3 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_look_ups_than_the_limit_fail_at_once_and_the_limit_itself_not()
    {
        await using var dns = new ResolverHarness(x => x with { MaxLookups = 2 });
        var first = dns.ResolveAsync("a.example");
        var second = dns.ResolveAsync("b.example");
        await dns.Source.Started("a.example").Within("the first look-up began");
        await dns.Source.Started("b.example").Within("the second look-up began");

        Assert.Equal(DnsFailure.LimitExceeded, (await dns.FailAsync("c.example")).Kind);

        dns.Source.End("a.example", ScriptedSource.Found("10.0.0.1"));
        dns.Source.End("b.example", ScriptedSource.Found("10.0.0.2"));
        await Task.WhenAll(first, second).Within("both are resolved");
        dns.Source.Prepare("c.example", ScriptedSource.Found("10.0.0.3"));
        Assert.Single(await dns.ResolveAsync("c.example"));
    }

    [Fact]
    public async Task Whoever_waits_is_told_when_the_resolver_stops()
    {
        await using var dns = new ResolverHarness();
        var byFunction = dns.FailAsync("a.example");
        var byMessage = dns.Actor.Ask<DnsProtocol.ResolveFailed>(new DnsProtocol.Resolve("a.example"));
        await dns.Source.Started("a.example").Within("the look-up began");
        await dns.AskAsync<DnsProtocol.Statistics>(DnsProtocol.GetStatistics.Instance);

        await dns.Actor.GracefulStop(Waiting.Patience).Within("the resolver stopped");

        Assert.Equal(DnsFailure.Stopped, (await byFunction).Kind);
        Assert.Equal(DnsFailure.Stopped, (await byMessage.Within("the asker is told")).Cause.Kind);
    }

    [Fact]
    public async Task A_resolver_that_has_stopped_says_so()
    {
        await using var dns = new ResolverHarness();
        await dns.Actor.GracefulStop(Waiting.Patience).Within("the resolver stopped");

        Assert.Equal(DnsFailure.Stopped, (await dns.FailAsync("a.example")).Kind);
    }

    [Fact]
    public async Task A_fault_of_the_source_is_an_answer_and_the_resolver_lives_on()
    {
        await using var dns = new ResolverHarness();
        var ask = dns.FailAsync("a.example");
        await dns.Source.Started("a.example").Within("the look-up began");
        dns.Source.Fault("a.example", new InvalidOperationException("broken"));

        Assert.Equal(DnsFailure.ServerFailure, (await ask).Kind);
        dns.Source.Prepare("b.example", ScriptedSource.Found("10.0.0.1"));
        Assert.Single(await dns.ResolveAsync("b.example"));
    }

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("::1", "::1")]
    [InlineData("[2001:db8::1]", "2001:db8::1")]
    [InlineData("[fe80::1%3]", "fe80::1%3")]
    public async Task An_address_as_text_is_its_own_answer(string host, string address)
    {
        await using var dns = new ResolverHarness();

        var resolved = await dns.AskAsync<DnsProtocol.Resolved>(new DnsProtocol.Resolve(host));

        Assert.Equal(IPAddress.Parse(address), Assert.Single(resolved.Addresses));
        Assert.Equal(host, resolved.Host);
        Assert.Equal(0, dns.Source.Count);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LocalHost.")]
    [InlineData("db.localhost")]
    [Trait("rfc", "6761-6.3")]
    public async Task The_machine_itself_is_known_without_asking(string host)
    {
        await using var dns = new ResolverHarness(x => x with { AddressTypes = DnsAddressTypes.IPv4Preferred });

        var addresses = await dns.ResolveAsync(host);

        Assert.Equal([IPAddress.Loopback, IPAddress.IPv6Loopback], addresses);
        Assert.Equal(0, dns.Source.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("127.1")]
    public async Task What_is_no_name_is_refused_without_asking(string host)
    {
        await using var dns = new ResolverHarness();

        Assert.Equal(DnsFailure.BadName, (await dns.FailAsync(host)).Kind);
        Assert.Equal(0, dns.Source.Count);
    }

    [Fact]
    public async Task The_resolver_of_a_system_is_an_actor_of_the_system()
    {
        await using var dns = new ResolverHarness();
        var resolver = dns.System.Aleph().Dns;

        Assert.Same(resolver, dns.System.Aleph().Dns);
        Assert.NotEmpty(await resolver.ResolveAsync("localhost").Within("localhost is resolved"));
        var actor = await dns.System.ActorSelection("/system/aleph-dns").ResolveOne(Waiting.Patience);
        await actor.Ask<DnsProtocol.Statistics>(DnsProtocol.GetStatistics.Instance).Within("it counts");
    }

    [Fact]
    public async Task The_platform_knows_its_own_host_name()
    {
        await using var dns = new ResolverHarness();
        // The hosts file of every system names localhost; this one reaches the platform.
        var platform = new PlatformSource(DnsSettings.Default with { AddressTypes = DnsAddressTypes.IPv4Only });

        var result = await platform.LookUpAsync(HostName.Parse("localhost"), default).Within("the platform answered");

        var found = Assert.IsType<DnsResult.Found>(result);
        Assert.All(found.Addresses, x => Assert.Equal(AddressFamily.InterNetwork, x.AddressFamily));
        Assert.Null(found.Ttl);
    }

    [Fact]
    public async Task Any_actor_that_speaks_the_protocol_is_a_resolver()
    {
        await using var dns = new ResolverHarness();
        dns.Source.Prepare("a.example", ScriptedSource.Found("10.0.0.1"));
        dns.Source.Prepare("b.example", ScriptedSource.Failed(DnsFailure.NotFound));
        var resolver = DnsResolver.Over(dns.Actor, Waiting.Patience);

        Assert.Single(await resolver.ResolveAsync("a.example").Within("resolved"));
        var failure = await Assert.ThrowsAsync<DnsException>(() => resolver.ResolveAsync("b.example").AsTask());
        Assert.Equal(DnsFailure.NotFound, failure.Kind);
    }
}
