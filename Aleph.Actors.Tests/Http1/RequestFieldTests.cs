using Aleph.Actors.Http.Http1;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

public class RequestFieldTests
{
    [Theory]
    [Trait("rfc", "9112-5.1")]
    [InlineData("X: a", "X", "a")]
    [InlineData("X:a", "X", "a")]
    [InlineData("X: \t a b \t ", "X", "a b")]
    [InlineData("X:", "X", "")]
    [InlineData("X:   ", "X", "")]
    [InlineData("X: a:b", "X", "a:b")]
    [InlineData("x-!#$%&'*+.^_`~1: a", "x-!#$%&'*+.^_`~1", "a")]
    [InlineData("ACCEPT: a", "ACCEPT", "a")]
    [InlineData("accept: a", "accept", "a")]
    [InlineData("aCCept: a", "aCCept", "a")]
    public void Reads_a_field_line(string line, string name, string value)
    {
        var field = Wire.Accepts($"GET / HTTP/1.1|Host: a|{line}||").Headers[1];
        Assert.Equal((name, value), (field.Name, field.Value));
    }

    [Fact]
    [Trait("rfc", "9110-5.5")]
    public void Reads_values_as_ISO_8859_1()
    {
        var head = Wire.Accepts("GET / HTTP/1.1|Host: a|X: \u0080\u00ff\u00c3\u00a9||");
        Assert.Equal("\u0080\u00ff\u00c3\u00a9", head.Headers["x"]);
    }

    [Fact]
    [Trait("rfc", "9110-5.3")]
    public void Keeps_order_and_duplicates()
    {
        var head = Wire.Accepts("GET / HTTP/1.1|B: 1|Host: a|A: 2|b: 3||");
        Assert.Equal("B: 1\nHost: a\nA: 2\nb: 3", head.Headers.ToString());
        Assert.Equal("1, 3", head.Headers["b"]);
    }

    [Theory]
    [Trait("rfc", "9112-5.1")]
    [InlineData("Content-Length : 5")]
    [InlineData("X\t: a")]
    [InlineData(": x")]
    [InlineData("X[]: a")]
    [InlineData("X(): a")]
    [InlineData("X\0: a")]
    [InlineData("X\u0080: a")]
    [InlineData("X Y: a")]
    [InlineData("X@Y: a")]
    [InlineData("no colon")]
    [InlineData("nocolon")]
    [InlineData("\"X\": a")]
    public void Rejects_a_bad_field_name(string line)
    {
        Wire.RejectsHead($"GET / HTTP/1.1|Host: a|{line}||", 400);
        Wire.RejectsHead($"GET / HTTP/1.1|{line}|Host: a||", 400);
    }

    [Theory]
    [Trait("rfc", "9110-5.5")]
    [InlineData("\0")]
    [InlineData("\u0001")]
    [InlineData("\u0008")]
    [InlineData("\u000b")]
    [InlineData("\u000c")]
    [InlineData("\u001f")]
    [InlineData("\u007f")]
    public void Rejects_a_control_in_a_value(string control)
    {
        Wire.RejectsHead($"GET / HTTP/1.1|Host: a|X: {control}||", 400);
        Wire.RejectsHead($"GET / HTTP/1.1|Host: a|X: a{control}b||", 400);
    }

    [Theory]
    [Trait("rfc", "9112-5.2")]
    [InlineData("GET / HTTP/1.1|Host: a|X: a| b||")]
    [InlineData("GET / HTTP/1.1|Host: a|X: a|\tb: c||")]
    [InlineData("GET / HTTP/1.1| Host: a||")]
    [InlineData("GET / HTTP/1.1|Host: a|X: a| ||")]
    public void Rejects_a_folded_line(string text) =>
        Assert.Equal("folded_header_line", Wire.RejectsHead(text, 400).Code);

    [Fact]
    [Trait("rfc", "9112-3")]
    public void Accepts_a_request_line_at_its_limit_and_no_longer()
    {
        var limits = new Http1Limits { MaxRequestLine = 40 };
        var target = "/" + new string('a', 40 - "GET / HTTP/1.1".Length);
        Assert.Equal(target, Wire.Accepts($"GET {target} HTTP/1.1|{Wire.Host}|", limits).Target);
        Wire.RejectsHead($"GET {target}a HTTP/1.1|{Wire.Host}|", 414, limits);
        Wire.RejectsHead($"GET {target}a HTTP/1.0|{Wire.Host}|", 414, limits);
        Assert.Equal(414, Transcript.Of([Wire.Text($"GET /{new string('a', 36)}")], limits).Error?.Status.Code);
        Assert.Null(Transcript.Of([Wire.Text($"GET /{new string('a', 35)}")], limits).Error);
        Wire.RejectsHead("GET /" + new string('a', 9000), 414);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(13)]
    public void Every_small_limit_of_the_request_line_gives_414_for_every_cut(int limit) =>
        Wire.RejectsHead($"GET / HTTP/1.1|{Wire.Host}|", 414, new Http1Limits { MaxRequestLine = limit });

    [Fact]
    [Trait("rfc", "6585-5")]
    public void Accepts_field_lines_at_their_limit_and_no_longer()
    {
        var limits = new Http1Limits { MaxHeaderBytes = 64 };
        var value = new string('v', 64 - "Host: a||X: |".Replace("|", "\r\n", StringComparison.Ordinal).Length + 2);
        Wire.Accepts($"GET / HTTP/1.1|Host: a|X: {value}||", limits);
        Wire.RejectsHead($"GET / HTTP/1.1|Host: a|X: {value}v||", 431, limits);
        Wire.RejectsHead($"GET / HTTP/1.1|Host: a|{new string('n', 60)}", 431, limits);
        Wire.RejectsHead("GET / HTTP/1.1|Host: a|X: " + new string('v', 40_000), 431);
    }

    [Fact]
    [Trait("rfc", "6585-5")]
    public void Accepts_as_many_field_lines_as_the_limit_and_no_more()
    {
        var limits = new Http1Limits { MaxHeaderCount = 10 };
        var nine = string.Concat(Enumerable.Range(0, 9).Select(i => $"X{i}: {i}|"));
        Assert.Equal(10, Wire.Accepts($"GET / HTTP/1.1|Host: a|{nine}|", limits).Headers.Count);
        Wire.RejectsHead($"GET / HTTP/1.1|Host: a|{nine}Y: 1||", 431, limits);
        Wire.RejectsHead("GET / HTTP/1.1|" + string.Concat(Enumerable.Repeat("a: b|", 101)), 431);
    }

    [Theory]
    [InlineData(256, 0)]
    [InlineData(32768 + 14, 431)]
    [InlineData(65536, 431)]
    public void Field_names_of_any_length_are_read_or_refused(int length, int status)
    {
        var text = $"POST / HTTP/1.1|{Wire.Host}{new string('n', length)}: a|Content-Length: 5||hello";
        if (status == 0)
            Assert.Equal(5, Wire.Accepts(text).ContentLength);
        else
            Wire.RejectsHead(text, status);
    }

    [Theory]
    [Trait("rfc", "9112-9.3")]
    [InlineData("HTTP/1.1", "", true)]
    [InlineData("HTTP/1.1", "Connection: close|", false)]
    [InlineData("HTTP/1.1", "Connection: Close|", false)]
    [InlineData("HTTP/1.1", "Connection: a, close , b|", false)]
    [InlineData("HTTP/1.1", "Connection: keep-alive|Connection: close|", false)]
    [InlineData("HTTP/1.1", "Connection: closed|", true)]
    [InlineData("HTTP/1.1", "Connection: keep-alive|", true)]
    [InlineData("HTTP/1.0", "", false)]
    [InlineData("HTTP/1.0", "Connection: Keep-Alive|", true)]
    [InlineData("HTTP/1.0", "Connection: keep-alive, close|", false)]
    public void Knows_whether_the_connection_goes_on(string version, string fields, bool keepAlive) =>
        Assert.Equal(keepAlive, Wire.Accepts($"GET / {version}|Host: a|{fields}|").KeepAlive);

    [Theory]
    [Trait("rfc", "9110-10.1.1")]
    [InlineData("POST / HTTP/1.1|Expect: 100-continue|Content-Length: 1|Host: a||x", true, false)]
    [InlineData("POST / HTTP/1.1|Expect: 100-Continue|Transfer-Encoding: chunked|Host: a||0||", true, false)]
    [InlineData("GET / HTTP/1.1|Expect: 100-continue|Host: a||", false, false)]
    [InlineData("POST / HTTP/1.0|Expect: 100-continue|Content-Length: 1||x", false, false)]
    [InlineData("POST / HTTP/1.1|Expect: magic|Content-Length: 1|Host: a||x", false, true)]
    [InlineData("GET / HTTP/1.0|Expect: magic||", false, false)]
    public void Knows_expectations(string text, bool expectsContinue, bool unknown)
    {
        var head = Wire.Accepts(text);
        Assert.Equal((expectsContinue, unknown), (head.ExpectsContinue, head.HasUnknownExpectation));
    }

    [Theory]
    [Trait("rfc", "9110-7.8")]
    [InlineData("GET / HTTP/1.1|Host: a|Upgrade: websocket|Connection: keep-alive, Upgrade||", "websocket")]
    [InlineData("GET / HTTP/1.1|Host: a|Connection: upgrade|Upgrade: a|Upgrade: b||", "a, b")]
    [InlineData("GET / HTTP/1.1|Host: a|Upgrade: websocket||", null)]
    [InlineData("GET / HTTP/1.1|Host: a|Connection: upgrade||", null)]
    [InlineData("GET / HTTP/1.0|Host: a|Upgrade: websocket|Connection: Upgrade||", null)]
    public void Knows_an_upgrade_when_Connection_lists_it(string text, string? protocols) =>
        Assert.Equal(protocols, Wire.Accepts(text).UpgradeProtocols);
}
