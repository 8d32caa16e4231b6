using System.Net;
using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Client.Proxy;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>Ways through proxies that the test plays.</summary>
public sealed class ProxyTests : ClientHarness
{
    [Fact]
    public async Task Forwards_plain_requests_with_the_proxys_credentials()
    {
        var scripted = Through("http://u:p%3Aq@proxy.test:8080", x =>
            x with { Headers = HttpHeaders.Of(("X-Via", "1")) });
        var answer = scripted.GetAsync("a?b");
        var server = await scripted.Peers.NextAsync();
        var head = await server.AnswerAsync("HTTP/1.1 204 x||");
        Assert.StartsWith("GET http://server.test/a?b HTTP/1.1\r\nHost: server.test\r\n", head,
            StringComparison.Ordinal);
        Assert.Contains($"Proxy-Authorization: Basic {Base64("u:p:q")}\r\n", head, StringComparison.Ordinal);
        Assert.Contains("X-Via: 1\r\n", head, StringComparison.Ordinal);
        await answer.Within("the answer");
    }

    [Fact]
    public async Task Tunnels_when_told_to_and_gives_credentials_to_the_proxy_only()
    {
        var scripted = Through("http://u:p@proxy.test", x => x with { Tunnel = true });
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        Assert.Equal(
            $"CONNECT server.test:80 HTTP/1.1\r\nHost: server.test:80\r\n" +
            $"Proxy-Authorization: Basic {Base64("u:p")}\r\n\r\n",
            await server.AnswerAsync("HTTP/1.1 200 x||"));
        Assert.DoesNotContain("Proxy", await server.AnswerAsync("HTTP/1.1 204 x||"), StringComparison.Ordinal);
        await answer.Within("the answer");
    }

    [Fact]
    public async Task Octets_right_behind_the_answer_to_CONNECT_are_the_tunnels()
    {
        var scripted = Through("http://proxy.test", x => x with { Tunnel = true });
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();

        // A server that speaks before it was asked: its octets reach HTTP, which refuses them.
        await server.AnswerAsync("HTTP/1.1 200 x||HTTP/1.1 200 OK|Content-Length: 5||early");
        server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 x||");
        await server.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 4||late");
        Assert.Equal("late", await (await answer.Within("the answer")).ReadTextAsync());
    }

    [Theory]
    [InlineData("HTTP/1.1 407 Who|Proxy-Authenticate: Basic|Content-Length: 0||", 407)]
    [InlineData("HTTP/1.1 502 No|Content-Length: 3||why", 502)]
    [InlineData("HTTP/1.1 101 Switching|Connection: upgrade|Upgrade: x||", 101)]
    [InlineData("nonsense|", null)]
    [InlineData("", null)]
    public async Task A_refusal_is_an_error_of_its_own(string octets, int? status)
    {
        var scripted = Through("http://proxy.test", x => x with { Tunnel = true });
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync(octets);
        if (octets.Length == 0)
            server.Peer.HalfClose();
        var failure = await Assert.ThrowsAsync<HttpProxyException>(() => answer.Within("a failure"));
        Assert.Equal((status, true), (failure.Status?.Code, failure.IsUnsent));
        await NothingLeftAsync(scripted);
    }

    [Fact]
    public async Task A_header_without_end_is_cut_off()
    {
        var scripted = Through("http://proxy.test", x => x with { Tunnel = true });
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 x|");
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            for (var i = 0; i < 10_000; i++)
                await server.Peer.WriteAsync(ScriptedServer.Bytes($"X: {new string('y', 1000)}|"));
        });
        await Assert.ThrowsAsync<HttpProxyException>(() => answer.Within("a failure"));
    }

    [Theory]
    [InlineData("socks5://proxy.test", "05 01 00", "05 00", null, null)]
    [InlineData("socks5://u:pw@proxy.test", "05 02 00 02", "05 02", "01 01 75 02 70 77", "01 00")]
    public async Task Speaks_SOCKS_5_by_name(string proxy, string greeting, string choice, string? password,
        string? accepted)
    {
        var scripted = Through(proxy);
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await ExchangeAsync(server, greeting, choice);
        if (password is not null)
            await ExchangeAsync(server, password, accepted!);
        await ExchangeAsync(
            server, "05 01 00 03 0B 73 65 72 76 65 72 2E 74 65 73 74 00 50", "05 00 00 01 00 00 00 00 00 00");
        await server.AnswerAsync("HTTP/1.1 204 x||");
        await answer.Within("the answer");
    }

    [Fact]
    public async Task Speaks_SOCKS_4a_by_name_with_the_user()
    {
        var scripted = Through("socks4a://u@proxy.test");
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await ExchangeAsync(
            server, "04 01 00 50 00 00 00 01 75 00 73 65 72 76 65 72 2E 74 65 73 74 00", "00 5A 00 00 00 00 00 00");
        await server.AnswerAsync("HTTP/1.1 204 x||");
        await answer.Within("the answer");
    }

    [Fact]
    public async Task Speaks_SOCKS_4_by_address()
    {
        var scripted = Through("socks4://proxy.test");
        var answer = scripted.Client.GetAsync("http://1.2.3.4:81/");
        var server = await scripted.Peers.NextAsync();
        await ExchangeAsync(server, "04 01 00 51 01 02 03 04 00", "00 5A 00 00 00 00 00 00");
        await server.AnswerAsync("HTTP/1.1 204 x||");
        await answer.Within("the answer");
    }

    [Theory]
    [InlineData("socks5://proxy.test", 3, "05 FF")]
    [InlineData("socks5://proxy.test", 3, "48 54")]
    [InlineData("socks4a://proxy.test", 21, "00 5B 00 00 00 00 00 00")]
    public async Task A_refusal_of_SOCKS_is_an_error(string proxy, int length, string refusal)
    {
        var scripted = Through(proxy);
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.ReadAsync(length);
        await server.Peer.WriteAsync(Hex(refusal));
        await Assert.ThrowsAsync<HttpProxyException>(() => answer.Within("a failure"));
        await NothingLeftAsync(scripted);
    }

    [Theory]
    [InlineData("http://a.test/", true), InlineData("https://a.test/", true), InlineData("http://no.test/", false)]
    [InlineData("http://sub.no.test/", false), InlineData("http://notno.test/", true)]
    [InlineData("http://10.1.2.3/", false), InlineData("http://11.1.2.3/", true)]
    [InlineData("http://port.test:81/", false), InlineData("http://port.test/", true)]
    public void Reads_the_environment(string url, bool isProxied)
    {
        var environment = new Dictionary<string, string>
        {
            ["http_proxy"] = "http://p.test:1",
            ["ALL_PROXY"] = "socks5://q.test",
            ["NO_PROXY"] = "no.test, 10.0.0.0/8,port.test:81",
        };
        var proxy = new ProxyEnvironment(environment.GetValueOrDefault).Choose(new Uri(url));
        Assert.Equal(isProxied, proxy is not null);
        if (isProxied)
            Assert.Equal(url.StartsWith("https", StringComparison.Ordinal) ? "q.test" : "p.test", proxy!.Host);
    }

    [Fact]
    public void HTTP_PROXY_of_a_web_server_is_not_trusted()
    {
        var environment = new Dictionary<string, string>
        {
            ["HTTP_PROXY"] = "http://evil.test",
            ["GATEWAY_INTERFACE"] = "1"
        };
        Assert.Null(new ProxyEnvironment(environment.GetValueOrDefault).Choose(new Uri("http://a.test/")));
    }

    [Fact]
    public async Task Does_TLS_with_the_origin_inside_the_tunnel_and_checks_its_name()
    {
        var pki = TestPki.Trusted;
        var tls = new TlsServerSettings { Certificate = pki.With(pki.Server("localhost")) };
        await using var server = await Sys.Http().ServeAsync(
            HttpServerHandler.Of(r => HttpResponse.Text(r.Scheme)),
            HttpServerSettings.Default with { Tcp = TcpSettings.Default with { Tls = tls } });
        await using var proxy = await Sys.Http().ServeAsync(0, HttpServerHandler.Of(request =>
            HttpResponse.Tunnel(async tunnel =>
            {
                await using var far = await Sys.AlephTcp().ConnectAsync(server.LocalEndPoint);
                await Task.WhenAny(tunnel.Input.CopyToAsync(far.Output), far.Input.CopyToAsync(tunnel.Output));
            })));
        var through = HttpProxy.Of(UrlOf(proxy));
        var client = Sys.Http().CreateClient(HttpClientSettings.Default with
        {
            Proxy = _ => through,
            Pool = HttpPoolSettings.Default with
            {
                Tcp = TcpClientSettings.Default with { Tls = TlsClientSettings.Default with { Trust = pki.Trust } },
            },
        });
        var port = ((IPEndPoint)server.LocalEndPoint).Port;
        Assert.Equal("https", await (await client.GetAsync($"https://localhost:{port}/")
            .Within("an answer")).ReadTextAsync());
        var failure = await Assert.ThrowsAsync<HttpClientException>(
            () => client.GetAsync($"https://127.0.0.1:{port}/").Within("a failure"));
        Assert.Equal(HttpClientFailure.Tls, failure.Failure);
    }

    private static async Task ExchangeAsync(ScriptedServer server, string expected, string answer)
    {
        var bytes = Hex(expected);
        Assert.Equal(expected, Convert.ToHexString(Encoding.Latin1.GetBytes(await server.ReadAsync(bytes.Length)))
            .Chunk(2).Select(x => new string(x)).Aggregate((a, b) => $"{a} {b}"));

        // Byte by byte: an answer may come in any cut.
        foreach (var b in Hex(answer))
            await server.Peer.WriteAsync(new[] { b });
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private ScriptedClient Through(string url, Func<HttpProxy, HttpProxy>? change = null)
    {
        var proxy = HttpProxy.Of(url);
        proxy = change?.Invoke(proxy) ?? proxy;
        var peers = new ScriptedPeers(MemoryTransportOptions.Default);
        return new ScriptedClient(
            Sys.Http().CreateClient(HttpClientSettings.Default with
            {
                Proxy = _ => proxy,
                Pool = HttpPoolSettings.Default with { Transport = peers.ConnectAsync },
            }), peers, proxy);
    }

    private static Task NothingLeftAsync(ScriptedClient scripted) =>
        ExpectAsync(scripted, x => x is { Open: 0, Active: 0, Queued: 0, Connecting: 0 }, "nothing is left");
}
