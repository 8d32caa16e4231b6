using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>Bad input: one answer with the right status, then the close, and nothing behind it is run.</summary>
public class RejectionTests : ServerHarness
{
    private const string Smuggled = "GET /smuggled HTTP/1.1\nHost: h\n\n";

    public static TheoryData<string, int> Malformed() => new()
    {
        { "\\x16\\x03\\x01\\x00\\x05abc", 400 },
        { "GET\n\n", 400 },
        { "GET / HTTP/1.1 \nHost: h\n\n", 400 },
        { "GET  / HTTP/1.1\nHost: h\n\n", 400 },
        { "GET / HTTP/2.0\nHost: h\n\n", 505 },
        { "GET / FTP/1.1\nHost: h\n\n", 400 },
        { "GET /#a HTTP/1.1\nHost: h\n\n", 400 },
        { "GET a HTTP/1.1\nHost: h\n\n", 400 },
        { "GET / HTTP/1.1\n\n", 400 },
        { "GET / HTTP/1.1\nHost: h\nHost: h\n\n", 400 },
        { "GET / HTTP/1.1\nHost: h\nX : 1\n\n", 400 },
        { "GET / HTTP/1.1\nHost: h\nX: 1\n folded\n\n", 400 },
        { "GET / HTTP/1.1\nHost: h\nX: a\\0b\n\n", 400 },
        { "GET / HTTP/1.1\nHost: h\nX: a\\rb\n\n", 400 },
        { "GET / HTTP/1.1\nHost: h\nX: a\\x0aY: b\n\n", 400 },
        { "POST / HTTP/1.1\nHost: h\nContent-Length: 3\nTransfer-Encoding: chunked\n\n0\n\n", 400 },
        { "POST / HTTP/1.1\nHost: h\nContent-Length: 3\nContent-Length: 3\n\nabc", 400 },
        { "POST / HTTP/1.1\nHost: h\nContent-Length: +3\n\nabc", 400 },
        { "POST / HTTP/1.1\nHost: h\nContent-Length: 3, 3\n\nabc", 400 },
        { "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: gzip\n\n", 501 },
        { "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked, identity\n\n0\n\n", 501 },
        { "POST / HTTP/1.0\nTransfer-Encoding: chunked\n\n0\n\n", 400 },
        { "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\nxyz\nabc\n0\n\n", 400 },
        { "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n3\nabcd\n0\n\n", 400 },
        { "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n-1\nabc\n0\n\n", 400 },
        { "POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\nfffffffffffffffff\nabc\n0\n\n", 400 },
        { "POST / HTTP/1.1\nHost: h\nExpect: magic\nContent-Length: 0\n\n", 417 },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Malformed_requests_get_one_answer_and_the_close(string text, int status)
    {
        var server = ServeReading(out var paths);
        var whole = server.Connect();
        await whole.SendAsync(text + Smuggled);
        await ExpectRejectedAsync(whole, status);
        foreach (var cut in Wire.Text(text).Length > 4 ? new[] { 2, Wire.Text(text).Length - 3 } : [])
        {
            var client = server.Connect();
            var bytes = Wire.Text(text + Smuggled);
            await client.SendAsync(bytes[..cut]);
            await client.SettleAsync();
            await client.SendAsync(bytes[cut..]);
            await ExpectRejectedAsync(client, status);
        }

        Assert.DoesNotContain("/smuggled", paths);
        Assert.Empty(Logged.Errors);
        await server.ExpectNothingLeftAsync();
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task Behind_a_slow_request_they_are_answered_in_order(string text, int status)
    {
        var slow = new TaskCompletionSource<HttpResponse>();
        var paths = new List<string>();
        var client = Serve(async request =>
        {
            lock (paths)
                paths.Add(request.Path);
            await request.Body.ReadBytesAsync();
            return request.Path == "/slow" ? await slow.Task : HttpResponse.Text("fast");
        }).Connect();
        await client.SendAsync("GET /slow HTTP/1.1\nHost: h\n\n" + text + Smuggled);
        await client.SettleAsync();
        Assert.Equal(0, client.Sends);
        slow.SetResult(HttpResponse.Text("slow"));
        Assert.EndsWith("\n\nslow", await client.ReadAnswerAsync());
        await ExpectRejectedAsync(client, status);
        Assert.DoesNotContain("/smuggled", paths);
    }

    [Theory]
    [InlineData(40, 414, "GET /", " HTTP/1.1\nHost: h\n\n")]
    [InlineData(100, 431, "GET / HTTP/1.1\nHost: h\nX: ", "\n\n")]
    public async Task Both_sides_of_the_size_limits(int limit, int status, string before, string after)
    {
        var isLine = status == 414;
        var fixedPart = isLine ? "GET / HTTP/1.1".Length : "Host: h\r\nX: \r\n".Length;
        foreach (var (length, expected) in new[] { (limit - fixedPart, 200), (limit - fixedPart + 1, status) })
        {
            var client = Serve(Answering(""),
                x => isLine ? x with { MaxRequestLine = limit } : x with { MaxHeaderBytes = limit }).Connect();
            await client.SendAsync(before + new string('a', length) + after);
            await client.ExpectStatusAsync(expected, closes: expected != 200);
        }
    }

    [Fact]
    public async Task Both_sides_of_the_field_count()
    {
        foreach (var (count, expected) in new[] { (9, 200), (10, 431) })
        {
            var client = Serve(Answering(""), x => x with { MaxHeaderCount = 10 }).Connect();
            await client.SendAsync(
                "GET / HTTP/1.1\nHost: h\n" + string.Concat(Enumerable.Repeat("X: y\n", count)) + "\n");
            await client.ExpectStatusAsync(expected, closes: expected != 200);
        }
    }

    [Fact]
    public async Task The_connection_is_closed_at_once_when_the_client_closes_its_side()
    {
        var server = Serve(Answering(""));
        var client = server.Connect();
        await WatchAsync(client.Actor);
        await client.SendAsync("BAD\n\n" + Smuggled);
        await client.ExpectStatusAsync(400, closes: true);
        await client.SendAsync(Smuggled);
        client.Peer.HalfClose();
        await ExpectTerminatedAsync(client.Actor);
    }

    private TestServer ServeReading(out List<string> paths)
    {
        var seen = paths = [];
        return Serve(async request =>
        {
            lock (seen)
                seen.Add(request.Path);
            return HttpResponse.Bytes(await request.Body.ReadBytesAsync());
        });
    }

    private static async Task ExpectRejectedAsync(TestClient client, int status)
    {
        await client.ExpectStatusAsync(status, closes: true);
        client.Peer.HalfClose();
    }
}
