using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>Keep-alive, pipelining, and what answers of each kind look like.</summary>
public class ConnectionReuseTests : ServerHarness
{
    [Theory]
    [InlineData("GET / HTTP/1.1\nHost: h\n\n", "", true)]
    [InlineData("GET / HTTP/1.1\nHost: h\nConnection: close\n\n", "Connection: close\n", false)]
    [InlineData("GET / HTTP/1.0\n\n", "Connection: close\n", false)]
    [InlineData("GET / HTTP/1.0\nConnection: keep-alive\n\n", "Connection: keep-alive\n", true)]
    public async Task Keeps_the_connection_as_the_client_asks(string request, string field, bool keeps)
    {
        var client = Serve(Answering("ok")).Connect();
        await client.SendAsync(request);
        var answer = await client.ReadAnswerAsync();
        Assert.Contains(field, answer, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(field.Length > 0, answer.Contains("Connection:", StringComparison.Ordinal));
        if (!keeps)
        {
            await client.ExpectEndAsync();
            return;
        }

        await client.SendAsync(request);
        Assert.Equal(answer, await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task Closes_when_the_handler_says_so()
    {
        var client = Serve(_ => HttpResponse.Text("bye").WithHeader("Connection", "close")).Connect();
        await client.SendAsync("GET / HTTP/1.1\nHost: h\n\nGET / HTTP/1.1\nHost: h\n\n");
        await client.ExpectStatusAsync(200, closes: true);
    }

    [Fact]
    public async Task Safe_methods_overlap_and_are_answered_in_order()
    {
        var handler = new ManualHandler();
        var client = Serve(handler.Handle, x => x with { PipeliningLimit = 3 }).Connect();
        await client.SendAsync(string.Concat(Enumerable.Range(1, 5).Select(i => $"GET /{i} HTTP/1.1\nHost: h\n\n")));
        await handler.ExpectAsync(3, client);
        handler.Answer("/3");
        handler.Answer("/2");
        await client.SettleAsync();
        Assert.Equal(0, client.Sends);
        handler.Answer("/1");
        foreach (var path in new[] { "/1", "/2", "/3" })
            Assert.EndsWith(path, await client.ReadAnswerAsync());
        await handler.ExpectAsync(5, client);
        handler.Answer("/5");
        handler.Answer("/4");
        Assert.EndsWith("/4", await client.ReadAnswerAsync());
        Assert.EndsWith("/5", await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task An_unsafe_method_waits_for_all_before_and_holds_all_behind()
    {
        var handler = new ManualHandler();
        var client = Serve(handler.Handle).Connect();
        await client.SendAsync(
            "GET /1 HTTP/1.1\nHost: h\n\nGET /2 HTTP/1.1\nHost: h\n\n" +
            "POST /3 HTTP/1.1\nHost: h\nContent-Length: 1\n\nx" +
            "GET /4 HTTP/1.1\nHost: h\n\n");
        await handler.ExpectAsync(2, client);
        handler.Answer("/2");
        await handler.ExpectAsync(2, client);
        handler.Answer("/1");
        await handler.ExpectAsync(3, client);
        handler.Answer("/3");
        await handler.ExpectAsync(4, client);
        handler.Answer("/4");
        foreach (var path in new[] { "/1", "/2", "/3", "/4" })
            Assert.EndsWith(path, await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task An_actor_gets_one_request_at_a_time()
    {
        var probe = CreateTestProbe();
        var client = Serve(HttpServerHandler.ToActor(probe)).Connect();
        await client.SendAsync("GET /1 HTTP/1.1\nHost: h\n\nGET /2 HTTP/1.1\nHost: h\n\n");
        Assert.Equal("/1", (await probe.ExpectMsgAsync<HttpRequest>()).Path);
        await client.SettleAsync();
        Assert.False(probe.HasMessages);
        probe.Reply(HttpResponse.Text("one"));
        Assert.EndsWith("one", await client.ReadAnswerAsync());
        Assert.Equal("/2", (await probe.ExpectMsgAsync<HttpRequest>()).Path);
        probe.Reply(HttpResponse.Text("two"));
        Assert.EndsWith("two", await client.ReadAnswerAsync());
    }

    [Theory]
    [InlineData(204, false)]
    [InlineData(205, true)]
    [InlineData(304, false)]
    public async Task Statuses_without_content_are_sent_without(int status, bool hasLength)
    {
        var client = Serve(_ => HttpResponse.Text("not sent", status)).Connect();
        await client.SendAsync("GET / HTTP/1.1\nHost: h\n\n");
        var answer = await client.ReadAnswerAsync(withoutContent: true);
        Assert.EndsWith("\n\n", answer);
        Assert.Equal(hasLength, answer.Contains("Content-Length: 0", StringComparison.Ordinal));
        await client.SendAsync("GET / HTTP/1.1\nHost: h\n\n");
        Assert.Equal(answer, await client.ReadAnswerAsync(withoutContent: true));
    }

    [Fact]
    public async Task An_interim_status_as_answer_gives_500()
    {
        var client = Serve(_ => HttpResponse.Of(103)).Connect();
        await client.SendAsync("GET / HTTP/1.1\nHost: h\n\n");
        await client.ExpectStatusAsync(500);
    }

    [Fact]
    public async Task Head_gets_the_length_but_no_content()
    {
        var client = Serve(Answering("hello")).Connect();
        await client.SendAsync("HEAD / HTTP/1.1\nHost: h\n\nGET / HTTP/1.1\nHost: h\n\n");
        Assert.EndsWith("Content-Length: 5\n\n", await client.ReadAnswerAsync(withoutContent: true));
        Assert.EndsWith("\n\nhello", await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task Date_and_Server_are_added_unless_set()
    {
        var client = Serve(
            request => request.Path == "/" ? HttpResponse.Of(200)
                : HttpResponse.Of(200).WithHeader("Server", "mine").WithHeader("Date", "x"),
            x => x with { ServerHeader = "theirs" }).Connect();
        await client.SendAsync("GET / HTTP/1.1\nHost: h\n\n");
        var text = System.Text.Encoding.ASCII.GetString(await ReadHead(client));
        Assert.Contains("\r\nServer: theirs\r\n", text, StringComparison.Ordinal);
        Assert.Contains("\r\nDate: Sat, 01 Jan 2000 00:00:00 GMT\r\n", text, StringComparison.Ordinal);
        await client.SendAsync("GET /own HTTP/1.1\nHost: h\n\n");
        text = System.Text.Encoding.ASCII.GetString(await ReadHead(client));
        Assert.Contains("\r\nServer: mine\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("theirs", text, StringComparison.Ordinal);
        Assert.DoesNotContain("2000", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_says_where_it_came_from_and_when()
    {
        var seen = new TaskCompletionSource<HttpRequest>();
        var client = Serve(request =>
        {
            seen.SetResult(request);
            return HttpResponse.Of(204);
        }).Connect();
        await client.SendAsync("GET /a%20b?c=d HTTP/1.1\nHost: h:1\nX: 1\nx: 2\n\n");
        var request = await seen.Task.Within("the handler ran");
        Assert.Equal("/a%20b?c=d", request.Target);
        Assert.Equal("/a b", request.Path);
        Assert.Equal("c=d", request.Query);
        Assert.Equal("h:1", request.Host);
        Assert.Equal("http", request.Scheme);
        Assert.Equal(new Version(1, 1), request.Version);
        Assert.Equal(["1", "2"], request.Headers.GetAll("x"));
        Assert.Equal(Clock.GetUtcNow(), request.ArrivedAt);
        Assert.True(request.ConnectionId > 0);
        Assert.Null(request.TlsSession);
    }

    private static async Task<byte[]> ReadHead(TestClient client)
    {
        var buffer = new byte[4096];
        return buffer[..await client.Peer.ReadAsync(buffer).Within("the head came")];
    }
}
