using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Client.Middleware;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>Proxies that ask who it is (407), for tunnels and for forwarded requests.</summary>
[Trait("rfc", "9110-11.7")]
public sealed class ProxyAuthenticationTests : ClientHarness
{
    private const string Digest = "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256, qop=\"auth\"";

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Basic_goes_along_at_once(bool tunnels)
    {
        var scripted = Through(HttpCredentials.Basic("u", "p"), tunnels);
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        Assert.Contains(
            $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("u:p"))}\r\n",
            await server.AnswerAsync(tunnels ? "HTTP/1.1 200 x||" : "HTTP/1.1 204 x||"), StringComparison.Ordinal);
        if (tunnels)
            Assert.DoesNotContain("Proxy", await server.AnswerAsync("HTTP/1.1 204 x||"), StringComparison.Ordinal);
        await answer.Within("the answer");
    }

    [Theory]
    [InlineData("Negotiate"), InlineData("NTLM")]
    [Trait("rfc", "4559")]
    public async Task A_tunnel_takes_as_many_tokens_as_the_proxy_wants(string scheme)
    {
        var fake = new FakeNegotiation(["one", "two"]);
        var scripted = Through(Negotiate(scheme, fake), true);
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        Assert.DoesNotContain("Authorization", await server.AnswerAsync(
            $"HTTP/1.1 407 x|Proxy-Authenticate: {scheme}|Content-Length: 3||who"), StringComparison.Ordinal);
        Assert.Contains($"Proxy-Authorization: {scheme} one\r\n", await server.AnswerAsync(
            $"HTTP/1.1 407 x|Proxy-Authenticate: {scheme} challenge|Transfer-Encoding: chunked||1|x|0||"),
            StringComparison.Ordinal);
        var last = await server.AnswerAsync("HTTP/1.1 200 x||");
        Assert.StartsWith("CONNECT server.test:80 ", last, StringComparison.Ordinal);
        Assert.Contains($"Proxy-Authorization: {scheme} two:challenge\r\n", last, StringComparison.Ordinal);
        Assert.DoesNotContain("Proxy", await server.AnswerAsync("HTTP/1.1 204 x||"), StringComparison.Ordinal);
        await answer.Within("the answer");
        Assert.Equal((1, true), (scripted.Peers.Attempts, fake.IsDisposed));
    }

    [Fact]
    public async Task A_tunnel_answers_a_digest_challenge_and_the_next_without_being_asked()
    {
        var scripted = Through(HttpCredentials.Digest("u", "p"), true);
        for (var i = 1; i <= 2; i++)
        {
            var answer = scripted.GetAsync();
            var server = await scripted.Peers.NextAsync();
            if (i == 1)
                await server.AnswerAsync($"HTTP/1.1 407 x|Proxy-Authenticate: {Digest}|Content-Length: 0||");
            var head = await server.AnswerAsync("HTTP/1.1 200 x||");
            Assert.Contains("uri=\"server.test:80\"", head, StringComparison.Ordinal);
            Assert.Contains($"nc=0000000{i}", head, StringComparison.Ordinal);
            await server.AnswerAsync("HTTP/1.1 204 x|Connection: close||");
            await answer.Within("the answer");
        }
    }

    [Theory]
    [InlineData("Proxy-Authenticate: Basic realm=x|Content-Length: 0|")]
    [InlineData("Proxy-Authenticate: Negotiate|Connection: close|Content-Length: 0|")]
    [InlineData("Content-Length: 0|")]
    public async Task What_cannot_be_answered_is_a_refusal(string fields)
    {
        var scripted = Through(Negotiate("Negotiate", new FakeNegotiation(["one"])), true);
        var answer = scripted.GetAsync();
        await (await scripted.Peers.NextAsync()).AnswerAsync($"HTTP/1.1 407 x|{fields}|");
        var failure = await Assert.ThrowsAsync<HttpProxyException>(() => answer.Within("a failure"));
        Assert.Equal((407, true), (failure.Status?.Code, failure.IsUnsent));
    }

    [Theory]
    [InlineData("Negotiate"), InlineData("Digest")]
    public async Task A_proxy_that_asks_again_and_again_is_refused(string scheme)
    {
        var scripted = Through(
            scheme == "Digest" ? HttpCredentials.Digest("u", "p") : Negotiate(scheme, new FakeNegotiation(["one"])),
            true);
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        var challenge = scheme == "Digest" ? Digest : "Negotiate again";
        await server.AnswerAsync($"HTTP/1.1 407 x|Proxy-Authenticate: {challenge}|Content-Length: 0||");
        await server.AnswerAsync($"HTTP/1.1 407 x|Proxy-Authenticate: {challenge}|Content-Length: 0||");
        await Assert.ThrowsAsync<HttpProxyException>(() => answer.Within("a failure"));
    }

    [Fact]
    public async Task A_refusal_without_end_is_cut_off()
    {
        var scripted = Through(Negotiate("Negotiate", new FakeNegotiation(["one"])), true);
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 407 x|Proxy-Authenticate: Negotiate|Content-Length: 1000000000||");
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            for (var i = 0; i < 10_000; i++)
                await server.Peer.WriteAsync(new byte[1000]).Within("the client read or closed");
        });
        await Assert.ThrowsAsync<HttpProxyException>(() => answer.Within("a failure"));
    }

    [Fact]
    public async Task A_mechanism_that_breaks_is_a_failure_of_the_proxy()
    {
        var scripted = Through(
            new NegotiateCredentials("Negotiate", null, null) { Begin = (_, _) => throw new IOException("no ticket") },
            true);
        var answer = scripted.GetAsync();
        await (await scripted.Peers.NextAsync()).AnswerAsync(
            "HTTP/1.1 407 x|Proxy-Authenticate: Negotiate|Content-Length: 0||");
        var failure = await Assert.ThrowsAsync<HttpProxyException>(() => answer.Within("a failure"));
        Assert.Contains("no ticket", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forwarded_request_is_negotiated_over_a_connection_of_its_own()
    {
        var scripted = Through(Negotiate("Negotiate", new FakeNegotiation(["one", "two"])), false);
        var answer = scripted.GetAsync("a");
        var pooled = await scripted.Peers.NextAsync();
        await pooled.AnswerAsync("HTTP/1.1 407 x|Proxy-Authenticate: Negotiate|Content-Length: 2||no");
        var bound = await scripted.Peers.NextAsync();
        Assert.Contains("Proxy-Authorization: Negotiate one\r\n", await bound.AnswerAsync(
            "HTTP/1.1 407 x|Proxy-Authenticate: Negotiate challenge|Content-Length: 0||"), StringComparison.Ordinal);
        var head = await bound.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 5||hello");
        Assert.StartsWith("GET http://server.test/a HTTP/1.1\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Proxy-Authorization: Negotiate two:challenge\r\n", head, StringComparison.Ordinal);
        Assert.Equal("hello", await (await answer.Within("the answer")).ReadTextAsync());
        Assert.Equal("", await bound.ReadToEndAsync());
    }

    [Fact]
    public async Task A_forwarded_request_answers_a_digest_challenge()
    {
        var scripted = Through(HttpCredentials.Digest("u", "p"), false);
        var answer = scripted.GetAsync("a");
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync($"HTTP/1.1 407 x|Proxy-Authenticate: {Digest}|Content-Length: 0||");
        Assert.Contains("uri=\"http://server.test/a\"", await server.AnswerAsync("HTTP/1.1 204 x||"),
            StringComparison.Ordinal);
        await answer.Within("the answer");
        var next = scripted.GetAsync("b");
        Assert.Contains("nc=00000002", await server.AnswerAsync("HTTP/1.1 204 x||"), StringComparison.Ordinal);
        await next.Within("the next answer");
    }

    private static NegotiateCredentials Negotiate(string scheme, FakeNegotiation fake) =>
        new(scheme, null, null) { Begin = (_, _) => fake };

    private ScriptedClient Through(HttpCredentials credentials, bool tunnels)
    {
        var proxy = HttpProxy.Of("http://proxy.test:8080") with { Credentials = credentials, Tunnel = tunnels };
        var peers = new ScriptedPeers(MemoryTransportOptions.Default);
        return new ScriptedClient(
            Sys.Http().CreateClient(HttpClientSettings.Default with
            {
                Proxy = _ => proxy,
                Pool = HttpPoolSettings.Default with { Transport = peers.ConnectAsync },
            }), peers, proxy);
    }
}
