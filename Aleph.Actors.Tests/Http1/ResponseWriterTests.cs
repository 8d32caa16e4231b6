using System.Buffers;
using System.Globalization;
using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Http1;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

public class ResponseWriterTests
{
    private const string Date = "Date: Sun, 06 Nov 1994 08:49:37 GMT|";
    private const string Server = "Server: Aleph|";

    private static readonly ResponsePlan Five = new(BodyFraming.Length, 5, true, true);

    [Fact]
    [Trait("rfc", "9112-4")]
    public void Writes_status_fields_framing_date_and_server() =>
        Assert.Equal(
            $"HTTP/1.1 200 OK|Content-Type: text/plain|X: \u00e9|Content-Length: 5|{Date}{Server}|",
            Head(200, HttpHeaders.Of(("Content-Type", "text/plain"), ("X", "\u00e9")), Five));

    [Theory]
    [Trait("rfc", "9112-4")]
    [InlineData(404, null, "HTTP/1.1 404 Not Found|")]
    [InlineData(599, null, "HTTP/1.1 599 |")]
    [InlineData(200, "Fine", "HTTP/1.1 200 Fine|")]
    [InlineData(200, "", "HTTP/1.1 200 |")]
    [InlineData(999, "\u00e9", "HTTP/1.1 999 \u00e9|")]
    public void Writes_the_status_line(int status, string? reason, string line) =>
        Assert.StartsWith(line, Head(status, HttpHeaders.Empty, Five, reason: reason), StringComparison.Ordinal);

    [Fact]
    [Trait("rfc", "9112-6")]
    public void Replaces_the_fields_that_the_plan_owns()
    {
        var headers = HttpHeaders.Of(
            ("content-length", "7"), ("transfer-encoding", "gzip"), ("connection", "close, x"),
            ("CONTENT-LENGTH", "8"), ("A", "b"));
        Assert.Equal(
            $"HTTP/1.1 200 OK|A: b|Connection: close|Transfer-Encoding: chunked|{Date}{Server}|",
            Head(200, headers, new(BodyFraming.Chunked, 0, true, false)));
        Assert.Equal(
            $"HTTP/1.1 204 No Content|A: b|Connection: keep-alive|{Date}{Server}|",
            Head(204, headers, new(BodyFraming.None, 0, false, true), minor: 0));
        Assert.Equal(
            $"HTTP/1.1 101 Switching Protocols|Connection: Upgrade|Upgrade: x|{Date}{Server}|",
            Head(101, HttpHeaders.Of(("Connection", "Upgrade"), ("Upgrade", "x")),
                new(BodyFraming.None, 0, false, true)));
    }

    [Fact]
    [Trait("rfc", "9110-7.8")]
    public void Keeps_the_upgrade_option_of_a_handler_beside_close() =>
        Assert.Equal(
            "HTTP/1.1 426 Upgrade Required|Connection: Upgrade|Upgrade: x|Connection: close|Content-Length: 5|" +
            $"{Date}{Server}|",
            Head(426, HttpHeaders.Of(("Connection", "Upgrade"), ("Upgrade", "x")), Five with { KeepAlive = false }));

    [Fact]
    [Trait("rfc", "9110-6.6.1")]
    public void Leaves_Date_and_Server_to_a_handler_that_sets_them() =>
        Assert.Equal(
            "HTTP/1.1 200 OK|date: x|server: y|Content-Length: 5||",
            Head(200, HttpHeaders.Of(("date", "x"), ("server", "y")), Five));

    [Theory]
    [InlineData("a\r\nSet-Cookie: b")]
    [InlineData("a\nb")]
    [InlineData("a\rb")]
    [InlineData("a\0")]
    [InlineData("\u0100")]
    [InlineData("\u560a\u560d")]
    public void A_response_cannot_be_split(string text)
    {
        Assert.Throws<ArgumentException>(() => HttpHeaders.Of(("X", text)));
        Assert.Throws<ArgumentException>(() => HttpHeaders.Empty.With("Location", text));
        Assert.Throws<ArgumentException>(() => HttpHeaders.Empty.Add(text, "a"));
        Assert.False(FieldSyntax.IsReasonPhrase(text));
        var output = new OutputBuffer();
        Assert.Throws<ArgumentException>(
            () => Http1ResponseWriter.WriteHead(output, 200, text, HttpHeaders.Empty, Five, 1, default, default));
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public void A_character_above_an_octet_never_reaches_the_wire()
    {
        var unsafeHeaders = HttpHeaders.FromOwned([new HttpField("X", "\u560a\u010a")]);
        Assert.Contains("|X: ??|", Head(200, unsafeHeaders, Five), StringComparison.Ordinal);
    }

    [Fact]
    [Trait("rfc", "9110-15.2")]
    public void Writes_interim_answers()
    {
        var output = new OutputBuffer();
        Http1ResponseWriter.WriteInterim(output, 100);
        Http1ResponseWriter.WriteInterim(output, 103, HttpHeaders.Of(("Link", "</a>"), ("Content-Length", "5")));
        Assert.Equal("HTTP/1.1 100 Continue||HTTP/1.1 103 Early Hints|Link: </a>||", Drain(output));
        Assert.Throws<ArgumentOutOfRangeException>(() => Http1ResponseWriter.WriteInterim(output, 200));
        Assert.Throws<ArgumentOutOfRangeException>(() => Http1ResponseWriter.WriteInterim(output, 101));
    }

    [Theory]
    [Trait("rfc", "9112-7.1")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(300_000)]
    public void Writes_chunks_that_a_reader_understands(int size)
    {
        var data = new string('x', size);
        var output = new OutputBuffer();
        Http1ResponseWriter.WriteChunk(output, Encoding.ASCII.GetBytes(data));
        Http1ResponseWriter.WriteLastChunk(output, HttpHeaders.Of(("T", "v"), ("Content-Length", "1")));
        var text = Drain(output);
        var start = size == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{size:x}|");
        Assert.StartsWith(start, text, StringComparison.Ordinal);
        var read = Transcript.Of([Wire.Text("POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||" + text)]);
        Assert.Equal(data, read.Bodies.Single());
        Assert.Equal("T: v", read.Trailers.Single().ToString());
    }

    [Fact]
    public void Writes_chunks_to_any_buffer_writer()
    {
        var output = new ArrayBufferWriter<byte>();
        Http1ResponseWriter.WriteChunk(output, "hello"u8);
        Http1ResponseWriter.WriteLastChunk(output, HttpHeaders.Empty);
        Assert.Equal("5\r\nhello\r\n0\r\n\r\n"u8, output.WrittenSpan);
    }

    [Fact]
    public void Writes_a_large_head_in_one_piece()
    {
        var headers = HttpHeaders.Of([.. Enumerable.Range(0, 100).Select(i => ($"X-{i}", new string('v', 1000)))]);
        var text = Head(200, headers, Five);
        Assert.Equal(100, text.Split("X-").Length - 1);
        Assert.EndsWith("||", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Writes_a_head_without_allocation()
    {
        var output = new OutputBuffer();
        var headers = HttpHeaders.Of(("Content-Type", "text/plain"));
        Write(output, 200, headers, Five);
        Write(output, 200, headers, Five);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Write(output, 200, headers, Five);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static string Head(int status, HttpHeaders headers, ResponsePlan plan, int minor = 1, string? reason = null)
    {
        var output = new OutputBuffer();
        Write(output, status, headers, plan, minor, reason);
        return Drain(output);
    }

    private static void Write(
        OutputBuffer output, int status, HttpHeaders headers, ResponsePlan plan, int minor = 1,
        string? reason = null) =>
        Http1ResponseWriter.WriteHead(
            output, status, reason, headers, plan, minor, "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"u8,
            "Server: Aleph\r\n"u8);

    private static string Drain(OutputBuffer output)
    {
        var text = new StringBuilder();
        while (output.Length > 0)
        {
            var front = output.Peek(64 * 1024);
            text.Append(Encoding.Latin1.GetString(front.Span));
            output.Consume(front.Length);
        }

        return text.Replace("\r\n", "|").ToString();
    }
}
