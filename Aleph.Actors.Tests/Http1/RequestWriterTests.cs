using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Http1;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

/// <summary>How a client frames and writes requests.</summary>
public sealed class RequestWriterTests
{
    [Theory]
    [Trait("rfc", "9110-8.6")]
    [InlineData("GET", 0L, "")]
    [InlineData("GET", 3L, "Content-Length: 3|")]
    [InlineData("GET", null, "Transfer-Encoding: chunked|")]
    [InlineData("POST", 0L, "Content-Length: 0|")]
    [InlineData("PUT", 0L, "Content-Length: 0|")]
    [InlineData("PATCH", 0L, "Content-Length: 0|")]
    [InlineData("DELETE", 0L, "")]
    [InlineData("POST", null, "Transfer-Encoding: chunked|")]
    [InlineData("TRACE", 0L, "")]
    public void Tells_the_length_where_there_is_one(string method, long? length, string framing) =>
        Assert.Equal($"{method} / HTTP/1.1|Host: h|{framing}|", Head(method, HttpHeaders.Empty, length));

    [Fact]
    public void Keeps_the_users_Host_and_User_Agent_and_replaces_the_framing() => Assert.Equal(
        "POST / HTTP/1.1|host: mine|user-agent: me|X: y|Content-Length: 2||",
        Head("POST", HttpHeaders.Of(("host", "mine"), ("content-length", "2"), ("user-agent", "me"), ("X", "y")), 2));

    [Fact]
    public void Lets_a_user_choose_chunks() => Assert.Equal(
        "POST / HTTP/1.1|Host: h|Transfer-Encoding: chunked||",
        Head("POST", HttpHeaders.Of(("transfer-encoding", "Chunked")), 2));

    [Theory]
    [InlineData("POST", "Transfer-Encoding", "gzip", 2L, "request_transfer_encoding")]
    [InlineData("POST", "Content-Length", "3", 2L, "request_content_length_mismatch")]
    [InlineData("POST", "Content-Length", "+2", 2L, "request_content_length")]
    [InlineData("POST", "Content-Length", "x", null, "request_content_length")]
    [InlineData("TRACE", "Content-Length", "1", 1L, "request_body_not_allowed")]
    [InlineData("CONNECT", "Transfer-Encoding", "chunked", null, "request_body_not_allowed")]
    public void Refuses_framing_that_contradicts_itself(string method, string name, string value, long? length,
        string code)
    {
        RequestFraming.Plan(method, HttpHeaders.Of((name, value)), length, out var fault);
        Assert.Equal(code, fault?.Code);
    }

    [Fact]
    public void Refuses_both_ways_of_framing()
    {
        RequestFraming.Plan(
            "POST", HttpHeaders.Of(("Content-Length", "2"), ("Transfer-Encoding", "chunked")), 2, out var fault);
        Assert.Equal("request_content_length", fault?.Code);
    }

    [Theory]
    [InlineData("Connection", "close", false)]
    [InlineData("Connection", "x, Close", false)]
    [InlineData("Connection", "x", true)]
    public void Sees_that_a_user_wants_no_other_request(string name, string value, bool keepAlive) =>
        Assert.Equal(keepAlive, RequestFraming.Plan("GET", HttpHeaders.Of((name, value)), 0, out _).KeepAlive);

    [Theory]
    [Trait("rfc", "9112-6.3")]
    [InlineData("Content-Length", "2", "2", "request_content_length")]
    [InlineData("Transfer-Encoding", "chunked", "chunked", "request_transfer_encoding")]
    public void Refuses_framing_that_is_said_twice(string name, string first, string second, string code)
    {
        RequestFraming.Plan("POST", HttpHeaders.Of((name, first), (name, second)), 2, out var fault);
        Assert.Equal(code, fault?.Code);
    }

    [Theory]
    [Trait("rfc", "9110-10.1.1")]
    [InlineData("Expect", "100-Continue", 2L, true)]
    [InlineData("expect", "100-continue", null, true)]
    [InlineData("Expect", "100-continue", 0L, false)]
    [InlineData("Expect", "something else", 2L, false)]
    [InlineData("Accept", "100-continue", 2L, false)]
    public void Expects_a_word_before_content_only(string name, string value, long? length, bool expects)
    {
        var plan = RequestFraming.Plan("POST", HttpHeaders.Of((name, value)), length, out _);
        Assert.Equal(expects, plan.ExpectsContinue);
    }

    [Fact]
    public void Believes_a_length_that_the_user_knows()
    {
        var plan = RequestFraming.Plan("PUT", HttpHeaders.Of(("Content-Length", "7")), null, out _);
        Assert.Equal((BodyFraming.Length, 7), (plan.Framing, plan.ContentLength));
    }

    private static string Head(string method, HttpHeaders headers, long? length)
    {
        var plan = RequestFraming.Plan(method, headers, length, out var fault);
        Assert.Null(fault);
        var output = new OutputBuffer();
        Http1RequestWriter.WriteHead(output, method, "/", headers, plan, "Host: h\r\n"u8, default);
        return Encoding.Latin1.GetString(output.Peek(4096).Span).Replace("\r\n", "|", StringComparison.Ordinal);
    }
}
