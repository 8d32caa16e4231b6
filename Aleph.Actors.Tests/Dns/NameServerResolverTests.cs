using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Actor.Dsl;
using Akka.Event;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

/// <summary>The whole: a resolver actor with cache, over name servers.</summary>
public sealed class NameServerResolverTests
{
    [Fact]
    public async Task A_thousand_askers_cost_one_pair_of_queries()
    {
        await using var dns = new NameServerHarness();
        var release = new TaskCompletionSource<bool>();
        var server = dns.Add();
        var held = new List<DnsAsk>();
        server.OnUdp = x =>
        {
            held.Add(x);
            // Both are held until all have asked.
            if (held.Count < 2)
                return [];
            release.Task.Wait();
            server.Send(Answer(held[0]), held[0].Client);
            return [Answer(x)];
        };
        using var system = ActorSystem.Create("dns-whole", "akka.loglevel = OFF");
        var settings = dns.Complete(dns.Settings) with { AddressTypes = DnsAddressTypes.IPv6Preferred };
        var actor = system.ActorOf(DnsResolver.Props(settings), "dns");
        var resolver = DnsResolver.Over(actor, Waiting.Patience);

        var asks = Enumerable.Range(0, 1000).Select(_ => resolver.ResolveAsync("a.example").AsTask()).ToArray();
        await actor.Ask<DnsProtocol.Statistics>(DnsProtocol.GetStatistics.Instance).Within("all asks are in");
        release.SetResult(true);
        var all = await Task.WhenAll(asks).Within("every asker has the answer");

        Assert.All(all, x => Assert.Equal("2001:db8::1 10.0.0.1", string.Join(' ', x)));
        Assert.Equal(2, server.Asks.Count);
        var counters = await actor.Ask<DnsProtocol.Statistics>(DnsProtocol.GetStatistics.Instance).Within("counters");
        Assert.Equal((1, 999, 2, 1), (counters.Misses, counters.Merged, counters.Queries, counters.Entries));
        await system.Terminate().Within("the actor system ended");
    }

    [Fact]
    public async Task Lifetimes_of_the_servers_rule_the_cache()
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add(x => x.Name == "zero.example"
            ? Reply.To(x).Address(x.Name, "10.0.0.1", ttl: 0)
            : x.Name == "none.example" ? Reply.To(x).Code(3).Soa(7, 3600)
            : Reply.To(x).Address(x.Name, "10.0.0.1", ttl: 5));
        using var system = ActorSystem.Create("dns-whole", "akka.loglevel = OFF");
        var resolver = DnsResolver.Create(system, dns.Complete(dns.Settings), "dns");
        async Task<int> QueriesFor(string name)
        {
            var before = server.Asks.Count;
            for (var i = 0; i < 3; i++)
            {
                var ask = resolver.ResolveAsync(name).AsTask();
                await Task.WhenAny(ask).Within($"{name} is resolved");
                Assert.Equal(name == "none.example", ask.Exception?.InnerException is DnsException);
            }

            return server.Asks.Count - before;
        }

        var queries = (
            await QueriesFor("zero.example"), await QueriesFor("a.example"), await QueriesFor("none.example"));
        Assert.Equal((3, 1, 1), queries);
        dns.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((1, 0), (await QueriesFor("a.example"), await QueriesFor("none.example")));
        dns.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(1, await QueriesFor("none.example"));
        await system.Terminate().Within("the actor system ended");
    }

    [Fact]
    public async Task The_section_of_the_configuration_makes_the_resolver_of_the_system()
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add(x => Reply.To(x).Address(x.Name, "10.0.0.7"));
        using var system = ActorSystem.Create("dns-whole", $$"""
            akka.loglevel = OFF
            aleph.dns { name-servers = ["{{server.EndPoint}}"], address-types = ipv4-only, search-domains = [] }
            aleph.dns.query-timeout = 15s
            """);

        var found = await system.Aleph().Dns.ResolveAsync("a.example").Within("a.example is resolved");

        Assert.Equal("10.0.0.7", Assert.Single(found).ToString());
        await system.Terminate().Within("the actor system ended");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Queries_are_traced_at_debug_level_when_that_is_on(bool trace)
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add(x => Reply.To(x).Address(x.Name, "10.0.0.7"));
        using var system = ActorSystem.Create(
            "dns-trace", "akka { loglevel = DEBUG, stdout-loglevel = OFF, loggers = [] }");
        var lines = new ConcurrentQueue<string>();
        var listener = system.ActorOf(act => act.Receive<Debug>((x, _) => lines.Enqueue($"{x.Message}")));
        system.EventStream.Subscribe(listener, typeof(Debug));
        var resolver = DnsResolver.Create(system, dns.Complete(dns.Settings) with { Trace = trace });

        await resolver.ResolveAsync("a.example").Within("a.example is resolved");

        // Behind the lines in its mailbox.
        await listener.GracefulStop(Waiting.Patience).Within("the listener has read all");
        var expected = $"a.example A from {server.EndPoint}: NoError, 1 records";
        Assert.Equal(trace ? 1 : 0, lines.Count(x => x == expected));
        await system.Terminate().Within("the actor system ended");
    }

    private static byte[] Answer(DnsAsk ask) =>
        Reply.To(ask).Address(ask.Name, ask.IsA ? "10.0.0.1" : "2001:db8::1").ToArray();
}
