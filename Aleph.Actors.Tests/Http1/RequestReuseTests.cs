using Aleph.Actors.Http.Http1;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

public class RequestReuseTests
{
    private static readonly byte[] Plain = Wire.Text("GET / HTTP/1.1|Host: localhost:8080||");

    private readonly Http1RequestReader _reader = new(Http1Limits.Default);

    [Fact]
    public void An_equal_head_is_read_without_allocation()
    {
        Next(Plain);
        Next(Plain);
        Assert.Same(Next(Plain), Next(Plain));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            _reader.Read(Plain, out _, out _);
            _reader.Read([], out _, out _);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Equal_fields_after_another_request_line_are_the_same_object()
    {
        Next(Plain);
        var first = Next(Plain);
        var other = Next(Wire.Text("POST /x HTTP/1.1|Host: localhost:8080||"));
        Assert.Same(first.Headers, other.Headers);
        Assert.Equal(("POST", "/x", "localhost:8080"), (other.Method, other.Target, other.Host));
    }

    [Fact]
    public void Values_of_the_head_before_are_shared_and_others_are_not()
    {
        var first = Next(Wire.Text("GET /a HTTP/1.1|Host: localhost|X-Count: 1|Cookie: abc||"));
        var second = Next(Wire.Text("GET /a HTTP/1.1|Host: localhost|X-Count: 2|Cookie: abc||"));
        Assert.Same(first.Target, second.Target);
        Assert.Same(first.Headers[0].Value, second.Headers[0].Value);
        Assert.Same(first.Headers[2].Value, second.Headers[2].Value);
        Assert.Equal("2", second.Headers[1].Value);
        Assert.Equal("1", first.Headers[1].Value);
    }

    [Theory]
    [InlineData("GET / HTTP/1.0|Host: a|Content-Length: 1|x: y||z")]
    [InlineData("GET / HTTP/1.1|Host: a|Content-Length: 1|x: y||z")]
    [InlineData("GET / HTTP/1.1|Host: b|Content-Length: 1|x: y||z")]
    [InlineData("GET / HTTP/1.1|host: a|Content-Length: 1|x: y||z")]
    [InlineData("GET / HTTP/1.1|Host: a|Content-Length: 1|x: yy||z")]
    [InlineData("GET / HTTP/1.1|Host: a|Transfer-Encoding: chunked||1|z|0|T: 1||")]
    [InlineData("GET / HTTP/1.1|Host: a|X: \u00e9\u00e8||")]
    [InlineData("GET http://a/?q HTTP/1.1|Host: a||")]
    [InlineData("CONNECT a:1 HTTP/1.1|Host: a:1||")]
    public void What_came_before_never_changes_what_a_request_means(string text)
    {
        var before = "GET / HTTP/1.1|Host: a|Content-Length: 1|x: y||z";
        var warm = Wire.Read(before + before + before + text + text + text + before);
        var cold = Wire.Read(text);
        Assert.Null(warm.Error);
        var expected =
            cold.Text.Replace("END OF INPUT  left 0\n", "", StringComparison.Ordinal) + Wire.Read(before).Text;
        Assert.EndsWith(expected, warm.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1|Host: b||", "GET http://a/ HTTP/1.1|Host: b||")]
    [InlineData("GET / HTTP/1.0|||", "GET / HTTP/1.1||")]
    [InlineData(
        "POST / HTTP/1.1|Host: a:1|Content-Length: 1||x", "CONNECT a:1 HTTP/1.1|Host: a:1|Content-Length: 1||x")]
    public void Equal_fields_are_still_checked_against_the_request_line(string good, string bad) =>
        Wire.Rejects(good + good + good + bad, 400);

    [Fact]
    public void A_remembered_block_is_no_end_of_other_fields()
    {
        var plain = "GET / HTTP/1.1|Host: a||";
        var transcript = Wire.Read(plain + plain + plain + "GET / HTTP/1.1|X: y|Host: a||");
        Assert.Equal("X: y\nHost: a", transcript.Heads[3].Headers.ToString());
    }

    [Fact]
    public void Trailers_after_a_repeated_head_count_against_the_same_limit()
    {
        var head = "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||";
        var limits = new Http1Limits { MaxHeaderBytes = 9 + 28 + 6 };
        var fits = $"{head}0|T: 1||";
        Assert.Equal(3, Wire.Read(fits + fits + fits, limits).Bodies.Count);
        Wire.Rejects($"{fits}{fits}{fits}{head}0|T: 12||", 431, limits);
    }

    private RequestHead Next(byte[] octets)
    {
        Assert.Equal(Http1Event.Head, _reader.Read(octets, out var consumed, out _));
        Assert.Equal(octets.Length, consumed);
        Assert.Equal(Http1Event.End, _reader.Read([], out _, out _));
        return _reader.Head;
    }
}
