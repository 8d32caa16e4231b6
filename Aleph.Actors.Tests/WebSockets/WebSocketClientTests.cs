using System.Text;
using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Http.WebSockets;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>The client: with our own server, and with servers that answer the handshake wrongly.</summary>
public sealed class WebSocketClientTests : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("client");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Echoes_text_and_binary_of_any_size(bool compression)
    {
        await using var server = await EchoAsync();
        var socket = await OpenAsync(server, new() { Settings = new() { Compression = compression } });
        Assert.Equal(compression, socket.Info.IsCompressed);
        foreach (var size in new[] { 0, 125, 126, 65_536, 1_000_000 })
        {
            var text = new string('x', size);
            await socket.SendAsync(text);
            Assert.Equal(text, (await NextAsync(socket)).Text);
            await socket.SendAsync(new byte[size]);
            Assert.Equal(size, (await NextAsync(socket)).Bytes.Length);
        }

        Assert.True(await socket.PingAsync().Within("a Pong came") >= TimeSpan.Zero);
        var close = await socket.CloseAsync(4001, "done").Within("both closed");
        Assert.Equal(4001, close.Code);
    }

    [Fact]
    public async Task The_connection_leaves_the_pool_and_requests_go_on()
    {
        await using var server = await _system.Http().ServeAsync(0, request => request.IsWebSocketUpgrade
            ? HttpResponse.WebSocket(request, (socket, message) => socket.SendAsync(message))
            : HttpResponse.Text("plain"));
        var client = _system.Http().CreateClient(HttpPoolSettings.Default with { MaxConnections = 1 });
        var socket = await client.WebSocketAsync(Url(server)).Within("the WebSocket opened");
        var answer = await client.GetAsync($"http://{server.LocalEndPoint}/").Within("an answer came");
        Assert.Equal(200, answer.Status.Code);
        await socket.CloseAsync().Within("both closed");
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Chooses_a_sub_protocol_and_sends_more_fields()
    {
        HttpRequest? seen = null;
        await using var server = await _system.Http().ServeAsync(0, request =>
        {
            seen = request;
            return HttpResponse.WebSocket(
                request, (socket, message) => socket.SendAsync(message),
                new() { SubProtocols = ["b"], Headers = HttpHeaders.Of(("X-Answer", "2")) });
        });
        var socket = await OpenAsync(server, new()
        {
            SubProtocols = ["a", "b"],
            Headers = HttpHeaders.Of(("X-Ask", "1")),
        });
        Assert.Equal(("b", "2", "1"), (
            socket.Info.SubProtocol, socket.Info.Headers["X-Answer"], seen!.Headers["X-Ask"]));
        await socket.CloseAsync().Within("both closed");
    }

    [Fact]
    public async Task A_refusal_carries_status_fields_and_body()
    {
        await using var server = await _system.Http().ServeAsync(
            0, _ => HttpResponse.Text("not you", 403).WithHeader("X-Why", "rule"));
        var fault = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => OpenAsync(server).Within("it was refused"));
        Assert.Equal(
            (403, "rule", "not you"),
            (fault.Status.Code, fault.Headers["X-Why"], Encoding.UTF8.GetString(fault.Body.Span)));
    }

    [Fact]
    public async Task A_redirect_is_followed_only_when_asked_for()
    {
        await using var server = await _system.Http().ServeAsync(0, request => request.Target == "/there"
            ? HttpResponse.WebSocket(request, (socket, message) => socket.SendAsync(message))
            : HttpResponse.Of(307).WithHeader("Location", "/there"));
        var fault = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => OpenAsync(server).Within("it was refused"));
        Assert.Equal(307, fault.Status.Code);
        var socket = await OpenAsync(
            server, new() { Request = RequestOptions.None with { FollowRedirects = true } });
        await socket.CloseAsync().Within("both closed");
    }

    [Theory]
    [InlineData("http://localhost/")]
    [InlineData("ws://localhost/#part")]
    [InlineData("localhost")]
    public async Task A_url_that_is_none_of_a_WebSocket_is_refused(string url) =>
        await Assert.ThrowsAsync<ArgumentException>(() => _system.Http().WebSocketAsync(url));

    [Theory]
    [Trait("rfc", "6455-4.1")]
    [InlineData("Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n", false)]
    [InlineData("", false)]
    [InlineData("Sec-WebSocket-Protocol: other\r\n", true)]
    [InlineData("Sec-WebSocket-Extensions: x-unknown\r\n", true)]
    [InlineData("Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=7\r\n", true)]
    [InlineData("Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=16\r\n", true)]
    [InlineData("Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=09\r\n", true)]
    [InlineData("Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99\r\n", true)]
    [InlineData("Sec-WebSocket-Extensions: permessage-deflate; bogus=1\r\n", true)]
    public async Task MUST_fail_the_connection_when_the_answer_is_wrong(string fields, bool accepts)
    {
        await using var server = await ScriptedAsync(key =>
            $"{fields}{(accepts ? $"Sec-WebSocket-Accept: {Accept(key)}\r\n" : "")}", []);
        var fault = await Assert.ThrowsAsync<WebSocketHandshakeException>(
            () => OpenAsync(server).Within("it failed"));
        Assert.Equal(101, fault.Status.Code);
    }

    [Fact]
    [Trait("rfc", "6455-5.1")]
    public async Task A_client_MUST_close_when_a_frame_is_masked()
    {
        await using var server = await ScriptedAsync(
            key => $"Sec-WebSocket-Accept: {Accept(key)}\r\n", Frames.Masked(0x81, "hi"u8));
        var socket = await OpenAsync(server);
        Assert.Equal(1002, (await socket.Closed.Within("it closed")).Code);
    }

    [Fact]
    public async Task A_message_that_comes_with_the_answer_is_read()
    {
        await using var server = await ScriptedAsync(
            key => $"Sec-WebSocket-Accept: {Accept(key)}\r\n", [0x81, 2, (byte)'h', (byte)'i']);
        var socket = await OpenAsync(server);
        Assert.Equal("hi", (await NextAsync(socket)).Text);
    }

    [Fact]
    public async Task An_actor_talks_to_a_server()
    {
        await using var server = await EchoAsync();
        var inbox = Inbox.Create(_system);
        await _system.Http().Client.WebSocketAsync(Url(server), inbox.Receiver).Within("the WebSocket opened");
        var connected = Assert.IsType<WebSocketProtocol.Connected>(await inbox.ReceiveAsync(Waiting.Patience));
        connected.Connection.Tell(new WebSocketProtocol.SendText("hello"), inbox.Receiver);
        Assert.Equal(new WebSocketProtocol.TextReceived("hello"), await inbox.ReceiveAsync(Waiting.Patience));
        connected.Connection.Tell(new WebSocketProtocol.Close(4002, "bye"), inbox.Receiver);
        Assert.Equal(
            4002, Assert.IsType<WebSocketProtocol.Closed>(await inbox.ReceiveAsync(Waiting.Patience)).Close.Code);
    }

    private static string Accept(string key) => ServerHandshake.AcceptKey(key);

    private static string Url(ServerBinding server) => $"ws://{server.LocalEndPoint}/";

    private static async Task<WebSocketMessage> NextAsync(WebSocketConnection socket) =>
        (await socket.ReceiveAsync().AsTask().Within("a message came"))!;

    private Task<ServerBinding> EchoAsync() => _system.Http().ServeAsync(
        0, request => HttpResponse.WebSocket(request, (socket, message) => socket.SendAsync(message)));

    private Task<WebSocketConnection> OpenAsync(ServerBinding server, WebSocketClientOptions? options = null) =>
        _system.Http().WebSocketAsync(Url(server), options).Within("the WebSocket opened");

    /// <summary>A server whose 101 has these fields, and that says these octets after it.</summary>
    private Task<ServerBinding> ScriptedAsync(Func<string, string> fields, byte[] octets) =>
        _system.Http().ServeAsync(0, request =>
        {
            var answer = HttpResponse.SwitchProtocols("websocket", async connection =>
            {
                var stream = connection.AsStream();
                await stream.WriteAsync(octets);
                await stream.FlushAsync();
                await stream.CopyToAsync(System.IO.Stream.Null);
            });
            foreach (var line in fields(request.Headers["Sec-WebSocket-Key"]!)
                .Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
            {
                answer = answer.WithHeader(line.Split(": ")[0], line.Split(": ")[1]);
            }

            return answer;
        });
}
