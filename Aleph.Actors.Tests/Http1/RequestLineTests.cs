using Aleph.Actors.Http;
using Aleph.Actors.Http.Http1;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

public class RequestLineTests
{
    [Fact]
    [Trait("rfc", "9112-3")]
    public void Reads_method_target_and_version()
    {
        var head = Wire.Accepts("GET /a/b?c=d HTTP/1.1|Host: example.com:81|Accept: */*||");
        Assert.Equal(
            ("GET", "/a/b?c=d", "/a/b", "c=d", "example.com:81", 1),
            (head.Method, head.Target, head.Path, head.Query, head.Host, head.MinorVersion));
        Assert.Equal(2, head.Headers.Count);
        Assert.Equal("*/*", head.Headers["accept"]);
    }

    [Theory]
    [Trait("rfc", "9110-9.1")]
    [InlineData("GET")]
    [InlineData("QUERY")]
    [InlineData("get")]
    [InlineData("M-SEARCH")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF")]
    public void Accepts_any_token_as_method(string method) =>
        Assert.Equal(method, Wire.Accepts($"{method} / HTTP/1.1|{Wire.Host}|").Method);

    [Fact]
    [Trait("rfc", "9112-3")]
    public void Rejects_a_method_of_more_than_32_octets() =>
        Wire.RejectsHead("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG / HTTP/1.1|Host: a||", 501);

    [Theory]
    [Trait("rfc", "9112-3.1")]
    [InlineData(" GET / HTTP/1.1|Host: a||")]
    [InlineData("G\0T / HTTP/1.1|Host: a||")]
    [InlineData("G(T / HTTP/1.1|Host: a||")]
    [InlineData("GÉT / HTTP/1.1|Host: a||")]
    [InlineData("GET\t/ HTTP/1.1|Host: a||")]
    [InlineData("GET|Host: a||")]
    [InlineData("GET\n")]
    public void Rejects_a_bad_method(string text) => Wire.RejectsHead(text, 400);

    [Theory]
    [Trait("rfc", "9112-3")]
    [InlineData("GET  / HTTP/1.1|Host: a||")]
    [InlineData("GET / HTTP/1.1 |Host: a||")]
    [InlineData("GET /  HTTP/1.1|Host: a||")]
    [InlineData("GET /\tHTTP/1.1|Host: a||")]
    [InlineData("GET / b HTTP/1.1|Host: a||")]
    [InlineData("GET /|")]
    [InlineData("GET / |")]
    [InlineData("GET  HTTP/1.1|Host: a||")]
    [InlineData("GET /\0 HTTP/1.1|Host: a||")]
    [InlineData("GET /\u0080 HTTP/1.1|Host: a||")]
    [InlineData("GET /\u007f HTTP/1.1|Host: a||")]
    [InlineData("GET /a#b HTTP/1.1|Host: a||")]
    [InlineData("GET / HTTP/1.1\rHost: a||")]
    [InlineData("GET /\r\n HTTP/1.1|Host: a||")]
    public void Rejects_a_bad_request_line(string text) => Wire.RejectsHead(text, 400);

    [Theory]
    [Trait("rfc", "9112-2.3")]
    [InlineData("http/1.1")]
    [InlineData("HTTP/1")]
    [InlineData("HTTP/1.")]
    [InlineData("HTTP/1.10")]
    [InlineData("HTTP/11.1")]
    [InlineData("HTTP/x.1")]
    [InlineData("HTTP/1.x")]
    [InlineData("HTTP/1,1")]
    [InlineData("HTTPS/1.1")]
    [InlineData("HTTP/ 1.1")]
    [InlineData("HTTP/-1.1")]
    [InlineData("1.1")]
    public void Rejects_a_malformed_version(string version) => Wire.RejectsHead($"GET / {version}|Host: a||", 400);

    [Theory]
    [Trait("rfc", "9110-15.6.6")]
    [InlineData("GET / HTTP/2.0|Host: a||")]
    [InlineData("GET / HTTP/0.9|Host: a||")]
    [InlineData("GET / HTTP/3.0|Host: a||")]
    [InlineData("PRI * HTTP/2.0||SM||")]
    public void Answers_505_to_another_major_version(string text) => Wire.RejectsHead(text, 505);

    [Theory]
    [Trait("rfc", "9110-2.5")]
    [InlineData("HTTP/1.0", 0)]
    [InlineData("HTTP/1.1", 1)]
    [InlineData("HTTP/1.2", 1)]
    [InlineData("HTTP/1.9", 1)]
    public void Takes_a_higher_minor_version_for_1_1(string version, int minor) =>
        Assert.Equal(minor, Wire.Accepts($"GET / {version}|{Wire.Host}|").MinorVersion);

    [Fact]
    public void Rejects_a_TLS_handshake() =>
        Assert.Equal(
            "tls_over_http", Wire.RejectsHead("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003", 400).Code);

    [Theory]
    [Trait("rfc", "9112-2.2")]
    [InlineData("\n")]
    [InlineData("GET / HTTP/1.1\n")]
    [InlineData("GET / HTTP/1.1\nHost: a\n\n")]
    [InlineData("GET / HTTP/1.1|Host: a\n")]
    [InlineData("GET / HTTP/1.1|\n")]
    [InlineData("GET / HTTP/1.1|Host\n")]
    [InlineData("|\n")]
    public void Rejects_a_line_feed_alone_as_soon_as_it_comes(string text)
    {
        var octets = Wire.Text(text);
        var last = Transcript.Of([octets[..(octets.AsSpan().IndexOf("\n"u8) + 1)]]);
        if (!text.StartsWith("GET / HTTP/1.1|", StringComparison.Ordinal) && text[0] != '|')
            Assert.NotNull(last.Error);
        Assert.Equal("line_feed_without_carriage_return", Wire.RejectsHead(text, 400).Code);
    }

    [Theory]
    [Trait("rfc", "9112-2.2")]
    [InlineData("\rG")]
    [InlineData("|\rGET / HTTP/1.1|Host: a||")]
    [InlineData("GET / HTTP/1.1\rX")]
    [InlineData("GET / HTTP/1.1|\rX: a||")]
    [InlineData("GET / HTTP/1.1|X: a\rb|Host: a||")]
    [InlineData("GET / HTTP/1.1|X: a\r\r\n|")]
    public void Rejects_a_carriage_return_alone(string text) =>
        Assert.Equal("carriage_return_without_line_feed", Wire.RejectsHead(text, 400).Code);

    [Theory]
    [Trait("rfc", "9112-2.2")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    public void Skips_a_few_empty_lines_before_a_request(int count)
    {
        var crlf = string.Concat(Enumerable.Repeat("|", count));
        Wire.Accepts($"{crlf}GET / HTTP/1.1|{Wire.Host}|{crlf}");
    }

    [Fact]
    [Trait("rfc", "9112-2.2")]
    public void Rejects_a_ninth_empty_line()
    {
        Wire.RejectsHead($"|||||||||GET / HTTP/1.1|{Wire.Host}|", 400);
        Wire.Rejects($"GET / HTTP/1.1|{Wire.Host}||||||||||", 400);
        Wire.RejectsHead(new string('|', 500_000), 400);
    }

    [Fact]
    public void Is_idle_until_an_octet_of_a_request_comes()
    {
        var reader = new Http1RequestReader(Http1Limits.Default);
        Assert.True(reader.IsIdle);
        Assert.Equal(Http1Event.NeedMore, reader.Read("\r\n\r\n"u8, out var consumed, out _));
        Assert.Equal(4, consumed);
        Assert.True(reader.IsIdle);
        Assert.Null(reader.ReadEnd());
        Assert.Equal(Http1Event.NeedMore, reader.Read("G"u8, out consumed, out _));
        Assert.Equal(0, consumed);
        Assert.False(reader.IsIdle);
        Assert.Equal("unexpected_end_of_request", reader.ReadEnd()?.Code);
        Assert.Equal(Http1Event.Head, reader.Read("GET / HTTP/1.0\r\n\r\n"u8, out consumed, out _));
        Assert.True(reader.IsReadingBody);
        Assert.Null(reader.ReadEnd());
        Assert.Equal(Http1Event.End, reader.Read([], out consumed, out _));
        Assert.True(reader.IsIdle);
    }

    [Fact]
    public void Shares_the_strings_of_methods() =>
        Assert.Same(HttpMethods.Delete, Wire.Accepts($"DELETE / HTTP/1.1|{Wire.Host}|").Method);
}
