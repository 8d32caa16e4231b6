using Aleph.Actors.Http.Http1;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

public class RequestBodyTests
{
    private const string Chunked = "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||";

    [Fact]
    [Trait("rfc", "9112-6.3")]
    public void Reads_bodies_of_pipelined_requests()
    {
        var transcript = Wire.Read(
            "POST /1 HTTP/1.1|Host: a|Content-Length: 5||hello" +
            "GET /2 HTTP/1.1|Host: a||" +
            "POST /3 HTTP/1.1|Host: a|Transfer-Encoding: CHUNKED||3|abc|a;x=y|0123456789|0|T: v||" +
            "POST /4 HTTP/1.1|Host: a|Content-Length: 0||");
        Assert.Equal(["hello", "", "abc0123456789", ""], transcript.Bodies);
        Assert.Equal(
            [BodyKind.Length, BodyKind.None, BodyKind.Chunked, BodyKind.None],
            transcript.Heads.Select(head => head.BodyKind));
        Assert.Equal([5L, 0L, null, 0L], transcript.Heads.Select(head => head.ContentLength));
        Assert.Equal("T: v", transcript.Trailers[2].ToString());
        Assert.Empty(transcript.Trailers[3]);
        Assert.Null(transcript.AtEnd);
    }

    [Theory]
    [Trait("rfc", "9112-6.3")]
    [InlineData("+5")]
    [InlineData("-0")]
    [InlineData("-5")]
    [InlineData("0x5")]
    [InlineData("5 5")]
    [InlineData("5,6")]
    [InlineData("5, 5")]
    [InlineData("5;x")]
    [InlineData("5.0")]
    [InlineData("")]
    [InlineData("9999999999999999999")]
    [InlineData("1000000000000000000000000000000")]
    [InlineData("18446744073709551621")]
    [InlineData("\u00b2")]
    [InlineData("5\u000b")]
    public void Rejects_a_malformed_Content_Length(string value)
    {
        Wire.RejectsHead($"POST / HTTP/1.1|Host: a|Content-Length: {value}||hello", 400, maxBody: 100);
        Wire.RejectsHead($"POST / HTTP/1.0|Content-Length: {value}||hello", 400, maxBody: 100);
    }

    [Fact]
    [Trait("rfc", "9112-6.3")]
    public void Rejects_two_Content_Lengths()
    {
        Wire.RejectsHead("POST / HTTP/1.1|Host: a|Content-Length: 5|Content-Length: 5||hello", 400);
        Wire.RejectsHead("POST / HTTP/1.1|Host: a|Content-Length: 5|content-length: 6||hello", 400);
        Wire.RejectsHead("POST / HTTP/1.1|Host: a|Content-Length: 0|Content-Length: 0||", 400);
    }

    [Fact]
    public void Accepts_leading_zeros_in_Content_Length() =>
        Assert.Equal(5, Wire.Accepts("POST / HTTP/1.1|Host: a|Content-Length: 005||hello").ContentLength);

    [Theory]
    [Trait("rfc", "9112-6.1")]
    [InlineData("Content-Length: 4|Transfer-Encoding: chunked|", 400)]
    [InlineData("Transfer-Encoding: chunked|Content-Length: 4|", 400)]
    [InlineData("Content-Length: 0|Transfer-Encoding: chunked|", 400)]
    [InlineData("Content-Length: 4|Transfer-Encoding: x|", 400)]
    [InlineData("Transfer-Encoding: xchunked|", 501)]
    [InlineData("Transfer-Encoding: identity|", 501)]
    [InlineData("Transfer-Encoding: chunked, identity|", 501)]
    [InlineData("Transfer-Encoding: gzip, chunked|", 501)]
    [InlineData("Transfer-Encoding: gzip|Transfer-Encoding: chunked|", 501)]
    [InlineData("Transfer-Encoding: chunked, chunked|", 400)]
    [InlineData("Transfer-Encoding: chunked|Transfer-Encoding: chunked|", 400)]
    [InlineData("Transfer-Encoding: \u000bchunked|", 400)]
    [InlineData("Transfer-Encoding: chunked;q=1|", 400)]
    [InlineData("Transfer-Encoding: \"chunked\"|", 400)]
    [InlineData("Transfer-Encoding:|", 400)]
    [InlineData("Transfer-Encoding: ,|", 400)]
    [InlineData("Transfer-Encoding: chunked,|", 400)]
    [InlineData("Transfer-Encoding: chunked chunked|", 400)]
    [InlineData("Transfer-Encoding : chunked|", 400)]
    public void Rejects_ambiguous_framing(string fields, int status) =>
        Wire.RejectsHead($"POST / HTTP/1.1|Host: a|{fields}|0||", status);

    [Fact]
    [Trait("rfc", "9112-6.1")]
    public void Rejects_Transfer_Encoding_in_HTTP_1_0() =>
        Wire.RejectsHead("POST / HTTP/1.0|Host: a|Transfer-Encoding: chunked||0||", 400);

    [Theory]
    [Trait("rfc", "9112-7.1")]
    [InlineData("5|hello|0||", "hello")]
    [InlineData("0||", "")]
    [InlineData("00||", "")]
    [InlineData("0000000000000005|hello|0||", "hello")]
    [InlineData("A|0123456789|0||", "0123456789")]
    [InlineData("1;a|x|0||", "x")]
    [InlineData("1;a=b|x|0;c||", "x")]
    [InlineData("1 ; a = b ; c = \"d;e\\\" \u00ff\"|x|0||", "x")]
    [InlineData("1;a;b;c|x|0||", "x")]
    public void Reads_chunks(string body, string content)
    {
        Wire.Accepts(Chunked + body);
        Assert.Equal(content, Wire.Read(Chunked + body).Bodies.Single());
    }

    [Theory]
    [Trait("rfc", "9112-7.1")]
    [InlineData("10000000000000001|x|0||")]
    [InlineData("FFFFFFFFFFFFFFFF|")]
    [InlineData("8000000000000000|")]
    [InlineData("-1|x|0||")]
    [InlineData("+1|x|0||")]
    [InlineData("0x1|x|0||")]
    [InlineData("1_0|x|0||")]
    [InlineData(" 1|x|0||")]
    [InlineData("1 |x|0||")]
    [InlineData("g|x|0||")]
    [InlineData("|x|0||")]
    [InlineData("1,|x|0||")]
    [InlineData("1.0|x|0||")]
    [InlineData("1\0|x|0||")]
    [InlineData("1\n x|0||")]
    [InlineData("1\rx|0||")]
    [InlineData("00000000000000001|x|0||")]
    public void Rejects_a_malformed_chunk_size(string body) => Wire.Rejects(Chunked + body, 400);

    [Fact]
    public void Rejects_a_hundred_thousand_leading_zeros() =>
        Wire.Rejects(Chunked + new string('0', 100_000) + "1|x|0||", 400);

    [Theory]
    [Trait("rfc", "9112-7.1.1")]
    [InlineData("1;\nx|0||")]
    [InlineData("1;a\nx|0||")]
    [InlineData("1;a\rb|x|0||")]
    [InlineData("1;a=\"|x|0||")]
    [InlineData("1;a=\"b|x|0||")]
    [InlineData("1;a=\"\\|x|0||")]
    [InlineData("1;a=\"\n\"|x|0||")]
    [InlineData("1;a=\"\\\0b\"|x|0||")]
    [InlineData("1;a=\"\0\"|x|0||")]
    [InlineData("1;a=\"b\"c|x|0||")]
    [InlineData("1;a=|x|0||")]
    [InlineData("1;=b|x|0||")]
    [InlineData("1;|x|0||")]
    [InlineData("1;;a|x|0||")]
    [InlineData("1;a b|x|0||")]
    [InlineData("1;a |x|0||")]
    [InlineData("1;a\0|x|0||")]
    [InlineData("1;a=b=c|x|0||")]
    [InlineData("1;\u00e9|x|0||")]
    public void Rejects_a_malformed_chunk_extension(string body) => Wire.Rejects(Chunked + body, 400);

    [Theory]
    [Trait("rfc", "9112-7.1")]
    [InlineData("1|xXX0||")]
    [InlineData("1|x\n0||")]
    [InlineData("1|x\rX0||")]
    [InlineData("1|x0||")]
    [InlineData("1|xy|0||")]
    [InlineData("0|\r0")]
    public void Rejects_a_chunk_without_its_end(string body) => Wire.Rejects(Chunked + body, 400);

    [Fact]
    [Trait("rfc", "9112-7.1.1")]
    public void Accepts_chunk_extensions_at_their_limits_and_no_longer()
    {
        var limits = new Http1Limits { MaxChunkExtension = 10, MaxChunkExtensionTotal = 25 };
        var ten = ";" + new string('e', 9);
        Wire.Accepts($"{Chunked}1{ten}|x|1{ten}|x|0;abcd||", limits);
        Wire.Rejects($"{Chunked}1{ten}e|x|0||", 400, limits);
        Wire.Rejects($"{Chunked}1{ten}|x|1{ten}|x|0;abcde||", 400, limits);
        Wire.Rejects($"{Chunked}1;{new string('e', 16 * 1024)}|x|0||", 400);
    }

    [Fact]
    public void Rejects_a_flood_of_extensions_before_a_megabyte_is_read()
    {
        var chunk = $"1;{new string('e', 255)}|x|";
        var transcript = Transcript.Of([Wire.Text(Chunked + string.Concat(Enumerable.Repeat(chunk, 4000)))]);
        Assert.Equal("chunk_extension_too_long", transcript.Error?.Code);
        Assert.InRange(transcript.Consumed, 1, 20 * 1024);
    }

    [Fact]
    [Trait("rfc", "9112-7.1.2")]
    public void Reads_trailers_apart_from_headers()
    {
        var transcript = Wire.Read($"{Chunked}0|Digest: x|X-T: \u00ff||");
        Assert.Equal("Digest: x\nX-T: \u00ff", transcript.Trailers.Single().ToString());
        Assert.Null(transcript.Heads.Single().Headers["digest"]);
    }

    [Theory]
    [Trait("rfc", "9110-6.5.1")]
    [InlineData("Content-Length: 5")]
    [InlineData("transfer-encoding: chunked")]
    [InlineData("Host: b")]
    [InlineData("Trailer: x")]
    [InlineData("Authorization: x")]
    [InlineData("Content-Type: x")]
    [InlineData("Connection: close")]
    [InlineData("X : a")]
    [InlineData("X: a\rb")]
    [InlineData("X: a\n")]
    [InlineData(" X: a")]
    public void Rejects_forbidden_and_malformed_trailers(string line) => Wire.Rejects($"{Chunked}0|{line}||", 400);

    [Fact]
    public void Trailers_share_the_limits_of_the_head()
    {
        // The head has two field lines, of 9 and 28 octets.
        var count = new Http1Limits { MaxHeaderCount = 3 };
        Wire.Accepts($"{Chunked}0|T: 1||", count);
        Wire.Rejects($"{Chunked}0|T: 1|U: 2||", 431, count);
        var size = new Http1Limits { MaxHeaderBytes = 9 + 28 + 6 };
        Wire.Accepts($"{Chunked}0|T: 1||", size);
        Wire.Rejects($"{Chunked}0|T: 12||", 431, size);
        Wire.Rejects($"{Chunked}0|x: {new string('x', 40 * 1024)}||", 431);
        Wire.Rejects($"{Chunked}0|" + string.Concat(Enumerable.Repeat("x: y|", 100_000)), 431);
    }

    [Fact]
    [Trait("rfc", "9110-15.5.14")]
    public void Accepts_a_body_at_its_limit_and_no_larger()
    {
        Wire.Accepts("POST / HTTP/1.1|Host: a|Content-Length: 5||hello", maxBody: 5);
        Wire.Rejects("POST / HTTP/1.1|Host: a|Content-Length: 6||hello!", 413, maxBody: 5);
        Wire.Rejects("POST / HTTP/1.1|Host: a|Content-Length: 1000000000000000000||hello!", 413, maxBody: 5);
        Wire.Accepts($"{Chunked}3|abc|2|de|0||", maxBody: 5);
        Wire.Rejects($"{Chunked}3|abc|3|def|0||", 413, maxBody: 5);
        Wire.Rejects($"{Chunked}80000000|", 413, maxBody: 30_000_000);
        Wire.Rejects($"{Chunked}1|x|7FFFFFFFFFFFFFFF|", 413);
    }

    [Fact]
    public void The_limit_may_be_changed_between_head_and_body()
    {
        var reader = new Http1RequestReader(Http1Limits.Default) { MaxBodySize = 1 };
        var input = Wire.Text("POST / HTTP/1.1|Host: a|Content-Length: 5||hello");
        Assert.Equal(Http1Event.Head, reader.Read(input, out var consumed, out _));
        reader.MaxBodySize = 5;
        Assert.Equal(Http1Event.Data, reader.Read(input.AsSpan(consumed), out _, out var data));
        Assert.Equal("hello"u8, data);
    }

    [Theory]
    [Trait("rfc", "9112-8")]
    [InlineData("G", "unexpected_end_of_request")]
    [InlineData("GET / HTTP/1.1|", "unexpected_end_of_request")]
    [InlineData("GET / HTTP/1.1|Host: a|", "unexpected_end_of_request")]
    [InlineData("GET / HTTP/1.1|Host: a||", null)]
    [InlineData("POST / HTTP/1.1|Host: a|Content-Length: 2||x", "unexpected_end_of_request")]
    [InlineData("POST / HTTP/1.1|Host: a|Content-Length: 2||xy", null)]
    [InlineData(Chunked, "unexpected_end_of_request")]
    [InlineData(Chunked + "1|x", "unexpected_end_of_request")]
    [InlineData(Chunked + "1|x|", "unexpected_end_of_request")]
    [InlineData(Chunked + "1|x|0|", "unexpected_end_of_request")]
    [InlineData(Chunked + "1|x|0||", null)]
    [InlineData("", null)]
    [InlineData("||", null)]
    public void Knows_whether_the_input_ended_inside_a_request(string text, string? code) =>
        Assert.Equal(code, Wire.Read(text).AtEnd?.Code);

    [Fact]
    public void Stays_in_error()
    {
        var reader = new Http1RequestReader(Http1Limits.Default);
        Assert.Equal(Http1Event.Error, reader.Read(" "u8, out _, out _));
        var error = reader.Error;
        Assert.Equal(Http1Event.Error, reader.Read("GET / HTTP/1.0\r\n\r\n"u8, out var consumed, out _));
        Assert.Equal(0, consumed);
        Assert.Same(error, reader.Error);
        Assert.Same(error, reader.ReadEnd());
    }

    [Fact]
    public void Escapes_the_octets_that_a_log_will_show()
    {
        var error = Wire.Rejects("GET / HTTP/1.1|Host: a|X\u001b[2J\\: a||", 400);
        Assert.StartsWith("X\\x1B[2J\\x5C: a\\x0D\\x0A", error.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("[2J", error.Summary, StringComparison.Ordinal);
    }
}
