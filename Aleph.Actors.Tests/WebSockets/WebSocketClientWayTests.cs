using System.Net;
using System.Text;
using Akka;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Http.WebSockets;
using Aleph.Actors.Tests.Client;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>The ways of a client to a WebSocket: proxies, TLS, cookies, redirects, limits of time.</summary>
public sealed class WebSocketClientWayTests : ClientHarness
{
    [Fact]
    [Trait("rfc", "6455-4.1")]
    public async Task Through_an_HTTP_proxy_it_goes_by_CONNECT_although_the_url_is_plain()
    {
        var scripted = Through("http://u:p@proxy.test");
        var opening = scripted.Client.WebSocketAsync("ws://server.test/chat?x=1");
        var server = await scripted.Peers.NextAsync();
        var connect = await server.AnswerAsync("HTTP/1.1 200 x||");
        Assert.StartsWith(
            "CONNECT server.test:80 HTTP/1.1\r\nHost: server.test:80\r\n", connect, StringComparison.Ordinal);
        Assert.Contains("Proxy-Authorization: Basic dTpw\r\n", connect, StringComparison.Ordinal);
        var head = await AnswerAsync(server);
        Assert.StartsWith("GET /chat?x=1 HTTP/1.1\r\nHost: server.test\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Proxy-", head, StringComparison.Ordinal);
        await TalkAsync(server, await opening.Within("the WebSocket opened"));
    }

    [Fact]
    public async Task Through_a_SOCKS_proxy_it_goes_by_name()
    {
        var scripted = Through("socks5://proxy.test");
        var opening = scripted.Client.WebSocketAsync("ws://server.test/");
        var server = await scripted.Peers.NextAsync();
        Assert.Equal("\u0005\u0001\0", await server.ReadAsync(3));
        await server.WriteAsync("\u0005\0");
        Assert.Equal("\u0005\u0001\0\u0003\u000bserver.test\0P", await server.ReadAsync(18));
        await server.WriteAsync("\u0005\0\0\u0001\0\0\0\0\0\0");
        await AnswerAsync(server);
        await TalkAsync(server, await opening.Within("the WebSocket opened"));
    }

    [Fact]
    public async Task A_proxy_that_refuses_is_named()
    {
        var scripted = Through("http://proxy.test");
        var opening = scripted.Client.WebSocketAsync("ws://server.test/");
        await (await scripted.Peers.NextAsync()).AnswerAsync("HTTP/1.1 407 Who|Content-Length: 0||");
        var failure = await Assert.ThrowsAsync<HttpProxyException>(() => opening.Within("it failed"));
        Assert.Equal(407, failure.Status?.Code);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_wss_url_is_spoken_to_by_TLS_that_trusts_the_clients_roots_alone(bool proxied)
    {
        var pki = TestPki.Trusted;
        await using var server = await Sys.Http().ServeAsync(
            HttpServerHandler.Of(request => HttpResponse.WebSocket(
                request, (socket, message) => socket.SendAsync($"{request.Scheme} {message.Text}"))),
            HttpServerSettings.Default with
            {
                Tcp = TcpSettings.Default with
                {
                    Tls = new TlsServerSettings { Certificate = pki.With(pki.Server("localhost")) },
                },
            });
        await using var proxy = await ServeAsync(_ => HttpResponse.Tunnel(async tunnel =>
        {
            await using var far = await Sys.AlephTcp().ConnectAsync(server.LocalEndPoint);
            await Task.WhenAny(tunnel.Input.CopyToAsync(far.Output), far.Input.CopyToAsync(tunnel.Output));
        }));
        var way = proxied ? HttpProxy.Of(UrlOf(proxy)) : HttpProxy.None;
        var url = $"wss://localhost:{((IPEndPoint)server.LocalEndPoint).Port}/";
        var socket = await Trusting(pki, way).WebSocketAsync(url).Within("the WebSocket opened");
        await socket.SendAsync("hello");
        Assert.Equal("https hello", (await socket.ReceiveAsync().AsTask().Within("an echo"))!.Text);
        Assert.Equal(1000, (await socket.CloseAsync().Within("it closed")).Code);

        var failure = await Assert.ThrowsAsync<HttpClientException>(
            () => Trusting(TestPki.Unknown, way).WebSocketAsync(url).Within("it failed"));
        Assert.Equal(HttpClientFailure.Tls, failure.Failure);
    }

    [Fact]
    public async Task Cookies_are_taken_from_the_answer_and_sent_with_the_next_handshake()
    {
        var cookies = new List<string?>();
        await using var server = await ServeAsync(request =>
        {
            cookies.Add(request.Headers["Cookie"]);
            return HttpResponse.WebSocket(
                request, (socket, message) => socket.SendAsync(message),
                new() { Headers = HttpHeaders.Of(("Set-Cookie", "seen=1; Path=/")) });
        });
        var options = new WebSocketClientOptions { Request = new RequestOptions { Cookies = new CookieStore() } };
        foreach (var _ in new[] { 1, 2 })
        {
            var socket = await Sys.Http().WebSocketAsync(WsUrlOf(server), options).Within("the WebSocket opened");
            await socket.CloseAsync().Within("it closed");
        }

        Assert.Equal([null, "seen=1"], cookies);
    }

    [Theory]
    [InlineData("ws")]
    [InlineData("http")]
    public async Task A_redirect_to_a_url_of_a_WebSocket_is_followed_when_asked_for(string scheme)
    {
        await using var server = await ServeAsync(request => request.Path == "/there"
            ? HttpResponse.WebSocket(request, (socket, message) => socket.SendAsync(message))
            : HttpResponse.Of(302).WithHeader("Location", $"{scheme}://{request.Host}/there"));
        var follows = new WebSocketClientOptions { Request = new RequestOptions { FollowRedirects = true } };
        var socket = await Sys.Http().WebSocketAsync(WsUrlOf(server), follows).Within("the WebSocket opened");
        await socket.CloseAsync().Within("it closed");
        var refusal = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => Sys.Http().WebSocketAsync(WsUrlOf(server)).Within("it was refused"));
        Assert.Equal(302, refusal.Status.Code);
    }

    [Fact]
    public async Task A_redirect_to_a_ws_url_is_not_followed_by_other_requests()
    {
        await using var server = await ServeAsync(
            _ => HttpResponse.Of(302).WithHeader("Location", "ws://127.0.0.1:1/"));
        var response = await Sys.Http().Client.GetAsync(UrlOf(server)).Within("an answer");
        Assert.Equal(302, response.Status.Code);
    }

    [Fact]
    public async Task A_handshake_that_is_not_answered_ends_at_its_limit()
    {
        var scripted = Scripted();
        var opening = scripted.Client.WebSocketAsync(
            "ws://server.test/",
            new WebSocketClientOptions { Request = new RequestOptions { Timeout = TimeSpan.FromSeconds(5) } });
        await (await scripted.Peers.NextAsync()).ReadHeadAsync();
        await Assert.ThrowsAsync<RequestTimeoutException>(() => opening.Within("the limit passed"));

        await ExpectAsync(scripted, x => x is { Open: 0, Active: 0, Queued: 0 }, "nothing is left");
    }

    [Fact]
    public async Task A_handshake_can_be_cancelled_and_its_connection_is_closed()
    {
        var scripted = Scripted();
        using var cancel = new CancellationTokenSource();
        var opening = scripted.Client.WebSocketAsync("ws://server.test/", cancellationToken: cancel.Token);
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.Within("it was cancelled"));
        await ExpectAsync(scripted, x => x is { Open: 0, Active: 0 }, "nothing is left");
    }

    [Fact]
    public async Task Cancelling_afterwards_does_not_touch_the_WebSocket()
    {
        await using var server = await EchoAsync();
        using var cancel = new CancellationTokenSource();
        var socket = await Sys.Http().WebSocketAsync(WsUrlOf(server), cancellationToken: cancel.Token)
            .Within("it opened");
        await cancel.CancelAsync();
        await socket.SendAsync("still here");
        Assert.Equal("still here", (await socket.ReceiveAsync().AsTask().Within("an echo"))!.Text);
        await socket.CloseAsync().Within("it closed");
    }

    [Fact]
    public async Task A_flow_sends_and_receives_strict_and_streamed_messages_and_closes_when_it_completes()
    {
        await using var server = await EchoAsync();
        var heard = System.Threading.Channels.Channel.CreateUnbounded<string>();
        var last = new TaskCompletionSource<WebSocketMessage>();
        var parts = Source.From(Enumerable.Repeat(ByteString.FromBytes(new byte[50_000]), 6));
        var input = Sink.ForEachAsync<WebSocketMessage>(
            1, async message => await heard.Writer.WriteAsync(await DescribeAsync(message)));
        var output = Source.From([WebSocketMessage.Of("one"), WebSocketMessage.Streamed(parts)])
            .Concat(Source.FromTask(last.Task));
        var flow = Flow.FromSinkAndSource(input.MapMaterializedValue(_ => NotUsed.Instance), output);
        var socket = await Sys.Http().Client.WebSocketAsync(WsUrlOf(server), flow).Within("the WebSocket opened");
        Assert.Equal("one", await heard.Reader.ReadAsync().AsTask().Within("an echo"));
        Assert.Equal("300000 bytes, streamed", await heard.Reader.ReadAsync().AsTask().Within("a streamed echo"));
        last.SetResult(WebSocketMessage.Of("last"));
        Assert.Equal(1000, (await socket.Closed.Within("it closed")).Code);
    }

    [Fact]
    public async Task A_flow_that_fails_closes_with_1011()
    {
        var closed = new TaskCompletionSource<WebSocketClose>();
        await using var server = await ServeAsync(request => HttpResponse.WebSocket(request, async socket =>
        {
            await socket.SendAsync("boom");
            closed.SetResult(await socket.Closed);
        }));
        var flow = Flow.Create<WebSocketMessage>().Select(
            message => message.IsText ? throw new InvalidOperationException("oh") : message);
        await Sys.Http().Client.WebSocketAsync(WsUrlOf(server), flow).Within("the WebSocket opened");
        Assert.Equal(1011, (await closed.Task.Within("the server saw it")).Code);
    }

    private async Task<string> DescribeAsync(WebSocketMessage message)
    {
        if (message.Source is not { } source)
            return message.Text;
        var size = await source.RunAggregate(0, (sum, part) => sum + part.Count, Sys.Materializer());
        return $"{size} bytes, streamed";
    }

    private static string WsUrlOf(ServerBinding server) =>
        UrlOf(server).Replace("http", "ws", StringComparison.Ordinal);

    private Task<ServerBinding> EchoAsync() => ServeAsync(
        request => HttpResponse.WebSocket(request, (socket, message) => socket.SendAsync(message)));

    private AlephHttpClient Trusting(TestPki pki, HttpProxy proxy) => Sys.Http().CreateClient(
        HttpClientSettings.Default with
        {
            Proxy = _ => proxy,
            Pool = HttpPoolSettings.Default with
            {
                Tcp = TcpClientSettings.Default with { Tls = TlsClientSettings.Default with { Trust = pki.Trust } },
            },
        });

    private ScriptedClient Through(string url)
    {
        var proxy = HttpProxy.Of(url);
        var peers = new ScriptedPeers(MemoryTransportOptions.Default);
        return new ScriptedClient(
            Sys.Http().CreateClient(HttpClientSettings.Default with
            {
                Proxy = _ => proxy,
                Pool = HttpPoolSettings.Default with { Transport = peers.ConnectAsync },
            }), peers, proxy);
    }

    /// <summary>Answers the handshake.</summary>
    private static async Task<string> AnswerAsync(ScriptedServer server)
    {
        var head = await server.ReadHeadAsync();
        var key = head.Split("\r\n").Single(x => x.StartsWith("Sec-WebSocket-Key: ", StringComparison.Ordinal))[19..];
        await server.WriteAsync(
            "HTTP/1.1 101 x|Connection: upgrade|Upgrade: websocket|" +
            $"Sec-WebSocket-Accept: {ServerHandshake.AcceptKey(key)}||");
        return head;
    }

    private static async Task TalkAsync(ScriptedServer server, WebSocketConnection socket)
    {
        await server.Peer.WriteAsync(Frames.Plain(Frames.Fin | Frames.Text, "hi"u8));
        Assert.Equal("hi", (await socket.ReceiveAsync().AsTask().Within("a message came"))!.Text);
        await socket.SendAsync("you");
        var frame = Encoding.Latin1.GetBytes(await server.ReadAsync(9));
        Assert.Equal((0x81, 0x83), (frame[0], frame[1]));
        Assert.Equal('y', frame[6] ^ frame[2]);
    }
}
