using Akka.Event;
using Aleph.Actors.Dns;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

public sealed class DnsWireLogTests() : PatientTestKit("akka.loglevel = INFO")
{
    private static readonly WireLogSettings Wire = new() { Level = LogLevel.InfoLevel };

    [Fact]
    public async Task Logs_queries_and_answers_in_hexadecimal_and_as_text()
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add(x => Reply.To(x).Address("a.example", "10.0.0.1"));
        Sys.EventStream.Subscribe(TestActor, typeof(Info));

        await ResolverOf(dns, Wire).ResolveAsync("a.example").Within("the name is resolved");

        var ask = Assert.Single(server.Asks);
        var sent = await ExpectLineAsync($"DNS over UDP sent {ask.Octets.Length} bytes to {server.EndPoint}\n00000000");
        Assert.Contains("78 61 6d 70 6c 65", sent, StringComparison.Ordinal);
        var answer = Reply.To(ask).Address("a.example", "10.0.0.1").ToArray();
        var received = await ExpectLineAsync(
            $"DNS over UDP received {answer.Length} bytes from {server.EndPoint}\n00000000");
        Assert.Contains("0a 00 00 01", received, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Logs_what_is_passed_over_and_what_is_lost_without_bytes_when_none_are_wanted()
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add();
        server.OnUdp = _ => [[1, 2, 3], [4]];
        dns.Settings = dns.Settings with { Tries = 1, QueryTimeout = TimeSpan.FromMilliseconds(200) };
        Sys.EventStream.Subscribe(TestActor, typeof(Info));

        var lookUp = ResolverOf(dns, Wire with { MaxBytes = 0 }).ResolveAsync("a.example").AsTask();

        await ExpectLineAsync("DNS over UDP sent");
        Assert.EndsWith($"received 3 bytes from {server.EndPoint}", await ExpectLineAsync("received 3"));
        await ExpectLineAsync($"passed over that datagram from {server.EndPoint}");
        await ExpectLineAsync("received 1 bytes");
        await ExpectLineAsync("passed over");
        dns.Time.Advance(dns.Settings.QueryTimeout);
        await Assert.ThrowsAsync<DnsException>(() => lookUp.Within("it fails"));
        await ExpectLineAsync($"DNS got no answer from {server.EndPoint} (Timeout): no answer within 0.2 s");
    }

    [Fact]
    public async Task Logs_the_connection_for_an_answer_that_was_cut()
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add(x => Reply.To(x).Truncated());
        server.OnTcp = x => Reply.To(x).Address("a.example", "10.0.0.1").ToFrame();
        Sys.EventStream.Subscribe(TestActor, typeof(Info));

        await ResolverOf(dns, Wire).ResolveAsync("a.example").Within("the name is resolved");

        await ExpectLineAsync("DNS over UDP sent");
        await ExpectLineAsync("DNS over UDP received");
        await ExpectLineAsync($"DNS over TCP is connected to {server.EndPoint}");
        await ExpectLineAsync("DNS over TCP sent");
        await ExpectLineAsync("DNS over TCP received");
        await ExpectLineAsync($"DNS over TCP is closed to {server.EndPoint}: the answer is here");
    }

    [Fact]
    public async Task Logs_that_the_server_ended_the_connection()
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add(x => Reply.To(x).Truncated());
        server.OnTcp = _ => [0];

        await FailsAsync(dns, server, "the server ended it");
    }

    [Fact]
    public async Task Logs_that_a_query_over_tcp_was_given_up()
    {
        await using var dns = new NameServerHarness();
        var server = dns.Add(x => Reply.To(x).Truncated());
        server.OnTcp = _ => [];
        server.TcpIsSilent = true;

        await FailsAsync(dns, server, "the query was given up", async () =>
        {
            await server.NextAsync();
            Assert.True((await server.NextAsync()).OverTcp);
            dns.Time.Advance(dns.Settings.QueryTimeout);
        });
    }

    private async Task FailsAsync(
        NameServerHarness dns, ScriptedNameServer server, string end, Func<Task>? meanwhile = null)
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Info));
        var settings = dns.Settings with { Tries = 1, WireLog = Wire };
        var lookUp = DnsResolver.Create(Sys, dns.Complete(settings)).ResolveAsync("a.example").AsTask();
        if (meanwhile is not null)
            await meanwhile();
        await Assert.ThrowsAsync<DnsException>(() => lookUp.Within("it fails"));

        await ExpectLineAsync("DNS over UDP sent");
        await ExpectLineAsync("DNS over UDP received");
        await ExpectLineAsync("DNS over TCP is connected");
        await ExpectLineAsync("DNS over TCP sent");
        await ExpectLineAsync($"DNS over TCP is closed to {server.EndPoint}: {end}");
        await ExpectLineAsync($"DNS got no answer from {server.EndPoint}");
    }

    private IDnsResolver ResolverOf(NameServerHarness dns, WireLogSettings wire) =>
        DnsResolver.Create(Sys, dns.Complete(dns.Settings with { WireLog = wire }));

    private async Task<string> ExpectLineAsync(string part)
    {
        var info = await FishForMessageAsync<Info>(
            x => x.LogSource.StartsWith("Aleph.Actors.WireLog", StringComparison.Ordinal), Waiting.Patience);
        var line = info.Message.ToString()!;
        Assert.Contains(part, line, StringComparison.Ordinal);
        return line;
    }
}
