using Aleph.Actors.Http.Http1;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

/// <summary>How a client reads answers: where they end, what is refused; in every cut.</summary>
public sealed class ResponseReaderTests
{
    [Theory]
    [Trait("rfc", "9112-6.3")]
    [InlineData("HTTP/1.1 200 OK|Content-Length: 5||hello", "200 - Length [hello]")]
    [InlineData("HTTP/1.1 200 OK|Content-Length: 0||", "200 - Length []")]
    [InlineData("HTTP/1.1 200 OK|Transfer-Encoding: chunked||2|he|3;x=y|llo|0|T: v||", "200 - Chunked [hello] T=v")]
    [InlineData("HTTP/1.1 200 OK||hello", "200 - Close [hello]")]
    [InlineData("HTTP/1.0 200 OK||", "200 - Close []")]
    [InlineData("HTTP/1.0 200 OK|Content-Length: 2||hi", "200 - Length [hi]")]
    [InlineData("HTTP/1.1 204 No Content||", "204 - None []")]
    [InlineData("HTTP/1.1 304 Not Modified|Content-Length: 5||", "304 - None []")]
    [InlineData("HTTP/1.1 404 Fort|Content-Length: 0||", "404 Fort Length []")]
    [InlineData("HTTP/1.1 200|Content-Length: 0||", "200  Length []")]
    [InlineData("HTTP/1.1 200 |Content-Length: 0||", "200  Length []")]
    [InlineData("HTTP/1.1 999 \u00e9|Content-Length: 0||", "999 \u00e9 Length []")]
    [InlineData("HTTP/1.7 200 OK|Content-Length: 0||", "200 - Length []")]
    [InlineData("HTTP/1.1 100 Continue||HTTP/1.1 103 Early Hints|Link: x||HTTP/1.1 200 OK|Content-Length: 0||",
        "100 - interim 103 - interim 200 - Length []")]
    public void Finds_the_end_of_an_answer(string octets, string read) =>
        Assert.Equal(read, ResponseTranscript.Of(octets));

    [Fact]
    [Trait("rfc", "9112-6.3")]
    public void Reads_no_body_after_HEAD() => Assert.Equal(
        "200 - None [] 200 - Length [x]",
        ResponseTranscript.Of(
            "HTTP/1.1 200 OK|Content-Length: 5||HTTP/1.1 200 OK|Content-Length: 1||x", ["HEAD", "GET"]));

    [Theory]
    [Trait("rfc", "9110-9.3.6")]
    [InlineData("CONNECT", "HTTP/1.1 200 OK|Content-Length: 5||hello", "200 - None")]
    [InlineData("CONNECT", "HTTP/1.1 407 No|Content-Length: 5||hello", "407 No Length [hello]")]
    [InlineData("GET", "HTTP/1.1 101 Switching Protocols|Connection: upgrade|Upgrade: x||hello", "101 - None")]
    public void Leaves_what_follows_a_tunnel_alone(string method, string octets, string read) =>
        Assert.Equal(read, ResponseTranscript.Of(octets, [method]));

    [Theory]
    [Trait("rfc", "9112-4")]
    [InlineData("HTTP/2.0 200 OK||", "unsupported_http_version")]
    [InlineData("HTTQ/1.1 200 OK||", "invalid_status_line")]
    [InlineData("HTTP/1.1  200 OK||", "invalid_status_line")]
    [InlineData("HTTP/1.1 20 OK||", "invalid_status_line")]
    [InlineData("HTTP/1.1 2000 OK||", "invalid_status_line")]
    [InlineData("HTTP/1.1 099 OK||", "invalid_status_line")]
    [InlineData("HTTP/1.1 200 O\0K||", "invalid_status_line")]
    [InlineData("HTTP/1.1 200 OK\n\n", "line_feed_without_carriage_return")]
    [InlineData("|HTTP/1.1 200 OK||", "invalid_status_line")]
    [InlineData("ICY 200 OK||", "invalid_status_line")]
    public void Refuses_a_malformed_status_line(string octets, string code) =>
        Assert.Equal($"ERROR {code}", ResponseTranscript.Of(octets));

    [Theory]
    [Trait("rfc", "9112-6.3")]
    [InlineData("Content-Length: 5|Content-Length: 5|", "multiple_content_lengths")]
    [InlineData("Content-Length: 5|Content-Length: 6|", "multiple_content_lengths")]
    [InlineData("Content-Length: 5, 5|", "invalid_content_length")]
    [InlineData("Content-Length: +5|", "invalid_content_length")]
    [InlineData("Content-Length: 5|Transfer-Encoding: chunked|", "content_length_with_transfer_encoding")]
    [InlineData("Transfer-Encoding: chunked, gzip|", "transfer_coding_not_implemented")]
    [InlineData("Transfer-Encoding: gzip, chunked|", "transfer_coding_not_implemented")]
    [InlineData("Transfer-Encoding: chunked, chunked|", "invalid_transfer_encoding")]
    [InlineData("Transfer-Encoding: |", "invalid_transfer_encoding")]
    [InlineData("Transfer-Encoding: \u000bchunked|", "invalid_characters_in_header_value")]
    [InlineData("Transfer-Encoding : chunked|", "invalid_characters_in_header_name")]
    [InlineData(" X: y|", "folded_header_line")]
    public void Refuses_framing_that_can_be_read_in_two_ways(string fields, string code) =>
        Assert.Equal($"ERROR {code}", ResponseTranscript.Of($"HTTP/1.1 200 OK|{fields}|hello"));

    [Theory]
    [Trait("rfc", "9112-7.1")]
    [InlineData("5|hello", "unexpected_end_of_request")]
    [InlineData("5|hel", "unexpected_end_of_request")]
    [InlineData("5|hello|", "unexpected_end_of_request")]
    [InlineData("5|hello|0|", "unexpected_end_of_request")]
    [InlineData("5|hellox|", "bad_chunk_suffix")]
    [InlineData("x|", "bad_chunk_size_data")]
    [InlineData("-1|", "bad_chunk_size_data")]
    [InlineData("0|Content-Length: 5||", "forbidden_trailer_field")]
    public void Refuses_a_broken_or_cut_chunked_body(string body, string code)
    {
        var read = ResponseTranscript.Of($"HTTP/1.1 200 OK|Transfer-Encoding: chunked||{body}");
        Assert.Equal($"200 - Chunked ERROR {code}", read);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK|Content-Length: 5||hell", "200 - Length ERROR unexpected_end_of_request")]
    [InlineData("HTTP/1.1 200 OK|Content-Le", "ERROR unexpected_end_of_request")]
    [InlineData("HTTP/1.1 20", "ERROR unexpected_end_of_request")]
    public void A_cut_answer_is_an_error(string octets, string read) =>
        Assert.Equal(read, ResponseTranscript.Of(octets));

    [Fact]
    public void Octets_that_answer_nothing_are_an_error() => Assert.Equal(
        "200 - Length [] ERROR unexpected_response", ResponseTranscript.Of("HTTP/1.1 200 OK|Content-Length: 0||H"));

    [Fact]
    public void Both_sides_of_each_limit()
    {
        var limits = new Http1Limits
        {
            MaxRequestLine = 15,
            MaxHeaderBytes = 30,
            MaxHeaderCount = 2,
            MaxInterim = 1,
            MaxChunkExtension = 3,
        };
        string Read(string octets, long? maxBody = null) => ResponseTranscript.Of(octets, null, limits, maxBody);

        Assert.Equal("200 - Close []", Read("HTTP/1.1 200 OK||"));
        Assert.Equal("ERROR status_line_too_long", Read("HTTP/1.1 200 OKK||"));
        Assert.Equal("200 - Close []", Read("HTTP/1.1 200 OK|A: 6789012|B: 6789012345678||"));
        Assert.Equal("ERROR headers_exceed_max_total_size", Read("HTTP/1.1 200 OK|A: 6789012|B: 67890123456789||"));
        Assert.Equal("ERROR too_many_headers", Read("HTTP/1.1 200 OK|A: 1|B: 2|C: 3||"));
        Assert.Equal("102 x interim 200 - Close []", Read("HTTP/1.1 102 x||HTTP/1.1 200 OK||"));
        Assert.EndsWith(
            "ERROR too_many_interim_responses", Read("HTTP/1.1 102 x||HTTP/1.1 102 x||HTTP/1.1 200 OK||"),
            StringComparison.Ordinal);
        Assert.Equal("200 - Length [hello]", Read("HTTP/1.1 200 OK|Content-Length: 5||hello", 5));
        Assert.Equal("200 - Length ERROR request_body_too_large", Read("HTTP/1.1 200 OK|Content-Length: 6||hello!", 5));
        Assert.Equal("200 - Close ERROR request_body_too_large", Read("HTTP/1.1 200 OK||hello!", 5));
        Assert.EndsWith("ERROR request_body_too_large",
            Read("HTTP/1.1 200 OK|Transfer-Encoding: chunked||3|hel|3|lo!|0||", 5), StringComparison.Ordinal);
    }

    [Fact]
    public void An_equal_head_is_the_same_object()
    {
        var reader = new Http1ResponseReader(Http1Limits.Default);
        var octets = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nDate: x\r\n\r\n"u8;
        var heads = new List<ResponseHead>();
        for (var i = 0; i < 4; i++)
        {
            reader.Expect("GET");
            Assert.Equal(Http1Event.Head, reader.Read(octets, out var consumed, out _));
            Assert.Equal(octets.Length, consumed);
            heads.Add(reader.Head);
            Assert.Equal(Http1Event.End, reader.Read(default, out _, out _));
        }

        Assert.Same(heads[1], heads[2]);
        Assert.Same(heads[2], heads[3]);
    }
}
