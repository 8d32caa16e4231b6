using System.Diagnostics;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

/// <summary>Attacks known from advisories; each is followed by a request that must not be seen.</summary>
public class SmugglingTests
{
    [Theory]
    [InlineData("POST / HTTP/1.1|Host: a|Content-Length: 4|Transfer-Encoding: chunked||0||")]
    [InlineData("POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Content-Length: 60||0||")]
    [InlineData("POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||1;a=\"|x|0||")]
    [InlineData("POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||2;\nxx|4c|0||")]
    [InlineData("POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||1|xXX0||")]
    [InlineData("GET / HTTP/1.1|X: a\rHost: b|Host: a||")]
    [InlineData("GET / HTTP/1.1|Host: a|\rX: b||")]
    [InlineData("GET / HTTP/1.1|Host: a|\r\r\n|")]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n")]
    [InlineData("POST / HTTP/1.1|Host: a|Content-Length : 60||")]
    [InlineData("POST / HTTP/1.1|Host: a|X: y|\u0020Content-Length: 60||")]
    [InlineData("POST / HTTP/1.1|Host: a|Content_Length: 1|Content-Length: 1, 60||")]
    [InlineData("GET /a HTTP/1.1 HTTP/1.1|Host: a||")]
    [InlineData("GET / HTTP/1.1|Host: a|Host: b||")]
    [InlineData("GET http://a/ HTTP/1.1|Host: b||")]
    [InlineData("POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||0|Content-Length: 60||")]
    public void Nothing_behind_an_ambiguous_request_is_read(string text) => Wire.Rejects(text, 400);

    [Fact]
    public void The_next_request_begins_where_a_body_ends()
    {
        var transcript = Wire.Read(
            "POST /plaintext HTTP/1.1|Host: a|Content-Length: 5||hello" +
            "GET /next HTTP/1.1|Host: a||");
        Assert.Equal(["/plaintext", "/next"], transcript.Heads.Select(head => head.Target));
    }

    [Fact]
    public void A_flood_of_pipelined_requests_is_read_one_at_a_time()
    {
        var transcript =
            Transcript.Of([Wire.Text(string.Concat(Enumerable.Repeat("GET /big HTTP/1.1|Host: a||", 10_000)))]);
        Assert.Equal(10_000, transcript.Bodies.Count);
    }

    // Values are scanned, never parsed by recursion or backtracking: a hundred times the size costs about as much more.
    [Theory]
    [InlineData("User-Agent: ", "(")]
    [InlineData("Accept: ", ",")]
    [InlineData("Cookie: ", ";")]
    [InlineData("Connection: ", ",")]
    [InlineData("Connection: ", "close,")]
    [InlineData("Sec-WebSocket-Protocol: a", " ")]
    [InlineData("Upgrade: ", "a,")]
    public void Long_fields_cost_linear_time(string start, string repeated)
    {
        var text =
            $"GET / HTTP/1.1|Host: a|{start}{string.Concat(Enumerable.Repeat(repeated, 30_000 / repeated.Length))}.||";
        var octets = Wire.Text(text);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 100; i++)
            Assert.Null(Transcript.Of([octets]).Error);
        // A quadratic scan of 30,000 octets a hundred times takes far longer than this on any machine.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }
}
