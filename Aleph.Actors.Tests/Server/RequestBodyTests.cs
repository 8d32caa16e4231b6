using System.Text;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>Contents of requests: reading them in every way, giving them up, limits, back-pressure.</summary>
public class RequestBodyTests : ServerHarness
{
    private static readonly HttpHandler Echo = async request => HttpResponse.Bytes(await request.Body.ReadBytesAsync());

    [Fact]
    public async Task Reads_a_content_that_comes_in_pieces()
    {
        var client = Serve(Echo).Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nContent-Length: 10\n\nhel");
        await client.SettleAsync();
        await client.SendAsync("lo");
        await client.SettleAsync();
        await client.SendAsync("12345GET / HTTP/1.1\nHost: h\n\n");
        Assert.EndsWith("\n\nhello12345", await client.ReadAnswerAsync());
        Assert.EndsWith("Content-Length: 0\n\n", await client.ReadAnswerAsync());
    }

    [Theory]
    [InlineData(65536)]
    [InlineData(65535)]
    [InlineData(131072)]
    [InlineData(1_000_000)]
    public async Task Reads_a_content_that_fills_its_buffer_exactly(int length)
    {
        var server = Serve(async request => HttpResponse.Text($"{(await request.Body.ReadBytesAsync()).Length}"));
        var client = server.Connect();
        await client.SendAsync($"POST / HTTP/1.1\nHost: h\nContent-Length: {length}\n\n");
        await client.SettleAsync();
        await client.SendAsync(new byte[length]);
        Assert.EndsWith($"\n\n{length}", await client.ReadAnswerAsync());
        await server.ExpectNothingLeftAsync();
    }

    [Fact]
    public async Task Reads_a_chunked_content_with_trailers()
    {
        var client = Serve(async request =>
        {
            var text = await request.Body.ReadTextAsync();
            return HttpResponse.Text(text + request.Body.Trailers["X-Sum"]);
        }).Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n5\nhello\n");
        await client.SettleAsync();
        await client.SendAsync("1\n!\n0\nX-Sum: 42\n\n");
        Assert.EndsWith("\n\nhello!42", await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task Trailers_before_the_end_are_misuse()
    {
        var client = Serve(request => HttpResponse.Text(
            Assert.Throws<InvalidOperationException>(() => request.Body.Trailers).Message)).Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n5\nhel");
        Assert.Contains("read to its end", await client.ReadAnswerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reads_as_stream_as_source_and_as_elements()
    {
        var materializer = Sys.Materializer();
        var client = Serve(async request => HttpResponse.Text(request.Path switch
        {
            "/stream" => await new StreamReader(request.Body.AsStream()).ReadToEndAsync(),
            "/source" => (await request.Body.AsSource().RunAggregate("", (all, x) => all + x, materializer)),
            _ => await Join(request.Body.ReadElementsAsync()),
        })).Connect();
        foreach (var path in new[] { "stream", "source", "elements" })
        {
            await client.SendAsync($"POST /{path} HTTP/1.1\nHost: h\nContent-Length: 5\n\nhe");
            await client.SettleAsync();
            await client.SendAsync("llo");
            Assert.EndsWith("\n\nhello", await client.ReadAnswerAsync());
        }
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("hel")]
    public async Task A_content_used_twice_throws_with_the_reason(string sentFirst)
    {
        var client = Serve(async request =>
        {
            await request.Body.ReadBytesAsync();
            var misuse = await Assert.ThrowsAsync<InvalidOperationException>(
                () => request.Body.ReadBytesAsync().AsTask());
            return HttpResponse.Text(misuse.Message);
        }).Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nContent-Length: 5\n\n" + sentFirst);
        await client.SettleAsync();
        await client.SendAsync("hello"[sentFirst.Length..]);
        Assert.Contains("used before", await client.ReadAnswerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Echoes_while_the_content_still_comes()
    {
        var client = Serve(request => HttpResponse.Of(HttpBody.From(request.Body.ReadElementsAsync()))).Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n");
        await client.ReadUntilAsync("\n\n");
        for (var i = 0; i < 10; i++)
        {
            await client.SendAsync($"3\nab{i}\n");
            Assert.Equal($"3\nab{i}\n", await client.ReadUntilAsync($"ab{i}\n"));
        }

        await client.SendAsync("0\n\nGET / HTTP/1.1\nHost: h\n\n");
        Assert.Equal("0\n\n", await client.ReadUntilAsync("0\n\n"));
        Assert.Contains("200 OK", await client.ReadAnswerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_does_not_read_holds_the_client_back()
    {
        var read = new TaskCompletionSource();
        var server = Serve(
            async request =>
            {
                await read.Task;
                long count = 0;
                await foreach (var element in request.Body.ReadElementsAsync())
                    count += element.Length;
                return HttpResponse.Text($"{count}");
            },
            x => x with { MaxBodySize = null });
        var client = server.Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nContent-Length: 4000000\n\n");
        var upload = client.SendAsync(new byte[4_000_000]);
        for (var i = 0; i < 50; i++)
            await client.SettleAsync();
        Assert.False(upload.IsCompleted);
        Assert.InRange(server.Context.Buffered.Count, 0, 256 * 1024);
        read.SetResult();
        await upload;
        Assert.EndsWith("\n\n4000000", await client.ReadAnswerAsync());
        await server.ExpectNothingLeftAsync();
    }

    [Theory]
    [InlineData("Content-Length: 11\n\n", "hello world")]
    [InlineData("Transfer-Encoding: chunked\n\n", "b\nhello world\n0\n\n")]
    public async Task A_content_beyond_the_limit_gives_413_and_closes(string framing, string content)
    {
        foreach (var cut in new[] { 0, content.Length })
        {
            var server = Serve(Echo, x => x with { MaxBodySize = 10 });
            var client = server.Connect();
            await client.SendAsync("POST / HTTP/1.1\nHost: h\n" + framing + content[..cut]);
            await client.SettleAsync();
            await client.SendAsync(content[cut..] + "GET /smuggled HTTP/1.1\nHost: h\n\n");
            await client.ExpectStatusAsync(413, closes: true);
            await server.ExpectNothingLeftAsync();
            client = Serve(Echo, x => x with { MaxBodySize = 11 }).Connect();
            await client.SendAsync("POST / HTTP/1.1\nHost: h\n" + framing + content);
            await client.ExpectStatusAsync(200);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public async Task The_limit_can_be_raised_and_lowered_for_a_request(int sentFirst)
    {
        const string Content = "hello world";
        foreach (var (limit, status) in new[] { (10L, 413), (11L, 200) })
        {
            var client = Serve(
                async request =>
                {
                    request.SetMaxBodySize(limit);
                    return HttpResponse.Bytes(await request.Body.ReadBytesAsync());
                },
                x => x with { MaxBodySize = limit == 10 ? 100 : 5 }).Connect();
            await client.SendAsync("POST / HTTP/1.1\nHost: h\nContent-Length: 11\n\n" + Content[..sentFirst]);
            await client.SettleAsync();
            await client.SendAsync(Content[sentFirst..]);
            Assert.Contains($" {status} ", await client.ReadAnswerAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("")]
    public async Task The_limit_cannot_be_changed_once_reading_has_begun(string sentFirst)
    {
        var client = Serve(async request =>
        {
            var reading = request.Body.ReadBytesAsync();
            var misuse = Assert.Throws<InvalidOperationException>(() => request.SetMaxBodySize(1));
            await reading;
            return HttpResponse.Text(misuse.Message);
        }).Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nContent-Length: 5\n\n" + sentFirst);
        await client.SettleAsync();
        await client.SendAsync("hello"[sentFirst.Length..]);
        Assert.Contains("reading the body has begun", await client.ReadAnswerAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Length: 5\n\n", "hello")]
    [InlineData("Transfer-Encoding: chunked\n\n", "5\nhello\n0\n\n")]
    public async Task A_content_that_the_handler_ignores_is_skipped(string framing, string content)
    {
        var server = Serve(Answering("ignored"));
        foreach (var cut in Enumerable.Range(0, content.Length + 1))
        {
            var client = server.Connect();
            await client.SendAsync("POST / HTTP/1.1\nHost: h\n" + framing + content[..cut]);
            Assert.EndsWith("ignored", await client.ReadAnswerAsync());
            await client.SendAsync(content[cut..] + "GET / HTTP/1.1\nHost: h\n\n");
            Assert.EndsWith("ignored", await client.ReadAnswerAsync());
        }

        await server.ExpectNothingLeftAsync();
    }

    [Fact]
    public async Task A_content_that_nobody_wants_and_that_takes_long_closes_the_connection()
    {
        var client = Serve(Answering("ignored"), x => x with { DrainRequestTimeout = TimeSpan.FromSeconds(3) })
            .Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nContent-Length: 100\n\nhello");
        Assert.EndsWith("ignored", await client.ReadAnswerAsync());
        await client.SettleAsync();
        var ended = client.ExpectEndAsync();
        Clock.Advance(TimeSpan.FromSeconds(2.9));
        await client.SendAsync("x");
        await client.SettleAsync();
        Assert.False(ended.IsCompleted);
        Clock.Advance(TimeSpan.FromSeconds(0.2));
        await ended;
    }

    [Fact]
    public async Task A_handler_that_gives_the_content_up_midway_answers()
    {
        var client = Serve(async request =>
        {
            await foreach (var element in request.Body.ReadElementsAsync())
                return HttpResponse.Text(Encoding.ASCII.GetString(element.Span[..2]));
            return HttpResponse.Text("");
        }).Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nContent-Length: 8\n\nhell");
        Assert.EndsWith("\n\nhe", await client.ReadAnswerAsync());
        await client.SendAsync("o123GET / HTTP/1.1\nHost: h\n\n");
        await client.ExpectStatusAsync(200);
    }

    [Fact]
    public async Task A_broken_content_gives_400_from_its_reader()
    {
        var server = Serve(Echo);
        var client = server.Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nTransfer-Encoding: chunked\n\n5\nhe");
        await client.SettleAsync();
        await client.SendAsync("lloGET /smuggled HTTP/1.1\nHost: h\n\n");
        await client.ExpectStatusAsync(400, closes: true);
        Assert.Empty(Logged.Errors);
    }

    private static async Task<string> Join(IAsyncEnumerable<ReadOnlyMemory<byte>> elements)
    {
        var all = "";
        await foreach (var element in elements)
            all += Encoding.ASCII.GetString(element.Span);
        return all;
    }
}
