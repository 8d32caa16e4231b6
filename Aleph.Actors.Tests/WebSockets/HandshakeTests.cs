using Aleph.Actors.Http;
using Aleph.Actors.Tests.Server;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>RFC 6455 section 4.2: what a server makes of an opening handshake.</summary>
public sealed class HandshakeTests : ServerHarness
{
    private const string Good = "GET / HTTP/1.1\nHost: a\nConnection: Upgrade\nUpgrade: websocket\n" +
        "Sec-WebSocket-Key: " + FramePeer.Key + "\nSec-WebSocket-Version: 13\n";

    [Fact]
    [Trait("rfc", "6455-4.2.2")]
    public async Task A_good_request_gets_101_and_the_hash_of_its_key()
    {
        var client = Serve(Echo()).Connect();
        await client.SendAsync(Good + "\n");
        Assert.Equal(
            "HTTP/1.1 101 Switching Protocols\nConnection: Upgrade\nUpgrade: websocket\n" +
            $"Sec-WebSocket-Accept: {FramePeer.Accept}\n\n",
            await client.ReadAnswerAsync());
    }

    [Theory]
    [Trait("rfc", "6455-4.2.1")]
    [InlineData("Connection: Upgrade", "Connection: keep-alive, UPGRADE", 101)]
    [InlineData("Upgrade: websocket", "Upgrade: h2c, WebSocket", 101)]
    [InlineData("Connection: Upgrade", "Connection: keep-alive", 400)]
    [InlineData("Connection: Upgrade\n", "", 400)]
    [InlineData("Upgrade: websocket\n", "", 400)]
    [InlineData("Upgrade: websocket", "Upgrade: websockets", 400)]
    [InlineData("Upgrade: websocket", "Upgrade: h2c", 400)]
    [InlineData("GET /", "POST /", 400)]
    [InlineData("HTTP/1.1", "HTTP/1.0", 400)]
    [InlineData("Sec-WebSocket-Key: " + FramePeer.Key + "\n", "", 400)]
    [InlineData(FramePeer.Key, "c2hvcnQ=", 400)]
    [InlineData(FramePeer.Key, "dGhlIHNhbXBsZSBub25jZQ==dA==", 400)]
    [InlineData(FramePeer.Key, "not base64 at all!!!!!!!", 400)]
    [InlineData(FramePeer.Key, "", 400)]
    [InlineData("Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: " + FramePeer.Key + "\nSec-WebSocket-Version: 13", 400)]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13\nContent-Length: 0", 101)]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13\nSec-WebSocket-Extensions: a b", 400)]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13\nSec-WebSocket-Protocol: a, a", 400)]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13\nSec-WebSocket-Protocol: a b", 400)]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 12", 426)]
    [InlineData("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 13, 8", 426)]
    [InlineData("Sec-WebSocket-Version: 13\n", "", 426)]
    public async Task Every_rule_of_the_request_is_checked(string part, string instead, int status)
    {
        var client = Serve(Echo()).Connect();
        await client.SendAsync(Good.Replace(part, instead, StringComparison.Ordinal) + "\n");
        var answer = await client.ReadAnswerAsync(withoutContent: true);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer);
        if (status != 426)
            return;
        Assert.Contains("\nSec-WebSocket-Version: 13\n", answer);
        Assert.Contains("\nUpgrade: websocket\n", answer);
    }

    [Fact]
    public async Task A_request_with_content_is_refused()
    {
        var client = Serve(Echo()).Connect();
        await client.SendAsync(Good + "Content-Length: 3\n\nabc");
        await client.ExpectStatusAsync(400);
    }

    [Fact]
    public async Task Sixteen_thousand_commas_of_extensions_are_no_extension()
    {
        var client = Serve(Echo()).Connect();
        await client.SendAsync(Good + $"Sec-WebSocket-Extensions: {new string(',', 16_384)}\n\n");
        var answer = await client.ReadAnswerAsync();
        Assert.StartsWith("HTTP/1.1 101 ", answer);
        Assert.DoesNotContain("Extensions", answer);
    }

    [Fact]
    public async Task A_hundred_and_one_fields_are_refused_as_of_any_request()
    {
        var client = Serve(Echo()).Connect();
        await client.SendAsync(Good + string.Concat(Enumerable.Range(0, 101).Select(x => $"X-{x}: y\n")) + "\n");
        await client.ExpectStatusAsync(431, closes: true);
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("Sec-WebSocket-Protocol: x\n", null)]
    [InlineData("Sec-WebSocket-Protocol: x, two,one\n", "two")]
    [InlineData("Sec-WebSocket-Protocol: one\nSec-WebSocket-Protocol: two\n", "one")]
    public async Task The_first_sub_protocol_that_both_know_is_chosen(string offer, string? chosen)
    {
        var options = new WebSocketOptions { SubProtocols = ["one", "two"] };
        var client = Serve(Echo(options)).Connect();
        await client.SendAsync(Good + offer + "\n");
        var answer = await client.ReadAnswerAsync();
        if (chosen is null)
            Assert.DoesNotContain("Sec-WebSocket-Protocol", answer);
        else
            Assert.Contains($"\nSec-WebSocket-Protocol: {chosen}\n", answer);
    }

    [Fact]
    public async Task A_handler_adds_fields_and_may_not_repeat_those_of_the_handshake()
    {
        var options = new WebSocketOptions { Headers = HttpHeaders.Of(("Set-Cookie", "a=b"), ("X-Y", "z")) };
        var client = Serve(Echo(options)).Connect();
        await client.SendAsync(Good + "\n");
        Assert.Contains("\nSet-Cookie: a=b\nX-Y: z\n", await client.ReadAnswerAsync());

        var wrong = new WebSocketOptions { Headers = HttpHeaders.Of(("Sec-WebSocket-Accept", "x")) };
        var other = Serve(Echo(wrong)).Connect();
        await other.SendAsync(Good + "\n");
        await other.ExpectStatusAsync(500);
    }

    [Theory]
    [InlineData("", 101)]
    [InlineData("Origin: http://a\n", 101)]
    [InlineData("Origin: https://A\n", 101)]
    [InlineData("Origin: http://a:81\n", 403)]
    [InlineData("Origin: http://evil\n", 403)]
    [InlineData("Origin: null\n", 403)]
    [InlineData("Origin: http://a\nOrigin: http://a\n", 403)]
    public async Task Pages_of_other_origins_are_kept_out(string origin, int status)
    {
        var client = Serve(Echo(new WebSocketOptions { AllowOrigin = WebSocketOrigin.IsSame })).Connect();
        await client.SendAsync(Good + origin + "\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", await client.ReadAnswerAsync(withoutContent: true));
    }

    [Theory]
    [InlineData("Origin: https://one.example\n", true)]
    [InlineData("Origin: HTTPS://one.example\n", true)]
    [InlineData("", true)]
    [InlineData("Origin: https://one.example.evil\n", false)]
    public void Origins_may_be_listed(string origin, bool isAllowed)
    {
        var headers = origin.Length == 0 ? HttpHeaders.Empty : HttpHeaders.Of(("Origin", origin.Trim()[8..]));
        var request = new HttpRequest("GET", "/", headers);
        Assert.Equal(isAllowed, WebSocketOrigin.IsOneOf(request, "https://one.example", "http://two.example"));
    }

    [Fact]
    public async Task Any_other_answer_refuses_and_keeps_the_connection()
    {
        var client = Serve(request => request.IsWebSocketUpgrade
            ? HttpResponse.Text("no", 401).WithHeader("WWW-Authenticate", "Basic")
            : HttpResponse.Text("plain")).Connect();
        await client.SendAsync(Good + "\n");
        await client.ExpectStatusAsync(401);
        await client.SendAsync("GET / HTTP/1.1\nHost: a\n\n");
        await client.ExpectStatusAsync(200);
    }

    [Fact]
    public async Task The_handler_learns_what_was_agreed_on()
    {
        var seen = new TaskCompletionSource<WebSocketInfo>();
        var options = new WebSocketOptions { SubProtocols = ["p"] };
        var client = Serve(request => HttpResponse.WebSocket(
            request,
            socket =>
            {
                seen.SetResult(socket.Info);
                return Task.CompletedTask;
            },
            options)).Connect();
        await client.SendAsync(
            Good + "Sec-WebSocket-Protocol: p\nSec-WebSocket-Extensions: permessage-deflate\nX-A: b\n\n");
        var answer = await client.ReadAnswerAsync();
        Assert.Contains("\nSec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover\n", answer);
        var info = await seen.Task;
        Assert.Equal(("p", "b", true), (info.SubProtocol, info.Headers["X-A"], info.IsCompressed));
        Assert.Equal("/", info.Request!.Path);
        Assert.True(info.ConnectionId > 0);
    }

    [Fact]
    public void A_request_tells_whether_it_asks_for_a_WebSocket()
    {
        Assert.True(Made("GET", "keep-alive, upgrade", "WebSocket").IsWebSocketUpgrade);
        Assert.False(Made("POST", "upgrade", "websocket").IsWebSocketUpgrade);
        Assert.False(Made("GET", "close", "websocket").IsWebSocketUpgrade);
        Assert.False(new HttpRequest("GET", "/").IsWebSocketUpgrade);

        static HttpRequest Made(string method, string connection, string upgrade) =>
            new(method, "/", HttpHeaders.Of(("Connection", connection), ("Upgrade", upgrade)));
    }

    private static Func<HttpRequest, HttpResponse> Echo(WebSocketOptions? options = null) =>
        request => HttpResponse.WebSocket(request, (socket, message) => socket.SendAsync(message), options);
}
