using System.Net;
using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>Answers as files and texts, forms with parts of any length, contents that wait to be asked for.</summary>
public sealed class ReadingTests : ClientHarness
{
    private ScriptedServer? _last;

    [Fact]
    public async Task Writes_an_answer_into_a_file_and_tells_how_far_it_is()
    {
        await using var server = await ServeAsync(_ => HttpResponse.Bytes(new byte[300_000]));
        using var response = await Sys.Http().CreateClient().GetAsync(UrlOf(server)).Within("an answer");
        var path = Path.GetTempFileName();
        try
        {
            var told = new Told();
            Assert.Equal(300_000, await response.ReadToFileAsync(path, told).Within("the file"));
            Assert.Equal((300_000L, 300_000L), (new FileInfo(path).Length, told.Values[^1]));
            Assert.Equal(told.Values.Order(), told.Values);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("Content-Length: 300000||", ""), InlineData("Transfer-Encoding: chunked||493e0|", "|0||")]
    public async Task A_body_whose_last_octets_fill_the_window_ends(string fields, string end)
    {
        var scripted = Scripted(options: new MemoryTransportOptions { Capacity = 1 << 20 });
        foreach (var isRead in (bool[])[true, false])
        {
            var answer = scripted.GetAsync();
            var server = isRead ? await scripted.Peers.NextAsync() : _last!;
            _last = server;
            await server.AnswerAsync($"HTTP/1.1 200 OK|{fields}");
            using var response = await answer.Within("the head");
            await server.WriteAsync(new string('x', 300_000) + end);
            await ExpectAsync(scripted, x => x.Active == 1, "the client has the octets");
            if (isRead)
                Assert.Equal(300_000, (await response.Body.ReadBytesAsync().Within("the body")).Length);
            else
                response.Dispose();
            await ExpectAsync(scripted, x => x is { Active: 0, Idle: 1 }, "the connection is free");
        }
    }

    [Fact]
    public async Task Leaves_no_file_of_an_answer_that_is_cut()
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 9||hello");
        using var response = await answer.Within("the head");
        server.Peer.HalfClose();
        var path = Path.GetTempFileName();
        await Assert.ThrowsAsync<HttpClientException>(() => response.ReadToFileAsync(path).Within("a failure"));
        Assert.False(File.Exists(path));
    }

    [Theory]
    [InlineData("text/plain; charset=iso-8859-1", "\u00e4"), InlineData("text/plain; charset=\"utf-16\"", "\u00e4")]
    [InlineData("text/plain", "\u00e4")]
    public async Task Reads_a_text_by_its_charset(string type, string text)
    {
        var encoding = type.Contains("8859", StringComparison.Ordinal) ? Encoding.Latin1
            : type.Contains("16", StringComparison.Ordinal) ? Encoding.Unicode : Encoding.UTF8;
        await using var server = await ServeAsync(
            _ => HttpResponse.Bytes(encoding.GetBytes(text)).WithHeader("Content-Type", type));
        using var response = await Sys.Http().CreateClient().GetAsync(UrlOf(server)).Within("an answer");
        Assert.Equal(text, await response.ReadTextAsync());
    }

    [Fact]
    public async Task A_form_with_a_part_of_unknown_length_is_sent_in_chunks()
    {
        await using var server = await ServeAsync(async request => HttpResponse.Text(
            $"{request.Headers["Transfer-Encoding"]} {request.Headers["Content-Length"]} " +
            await request.Body.ReadTextAsync()));
        var form = new MultipartForm("B")
            .Add("t", "\u00e4", encoding: Encoding.Latin1)
            .Add("s", HttpBody.From(new MemoryStream("stream"u8.ToArray())), "s.json", "application/json",
                HttpHeaders.Of(("X-Part", "1")));
        using var response = await Sys.Http().CreateClient().SendAsync(
            HttpRequest.Post(UrlOf(server), HttpBody.Empty).WithMultipart(form)).Within("an answer");
        var text = await response.ReadTextAsync();
        Assert.StartsWith("chunked  --B\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Content-Type: text/plain; charset=iso-8859-1\r\n", text, StringComparison.Ordinal);
        Assert.Contains(
            "name=\"s\"; filename=\"s.json\"\r\nContent-Type: application/json\r\nX-Part: 1\r\n\r\nstream\r\n--B--\r\n",
            text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HttpClient_may_wait_for_100_before_its_content()
    {
        var scripted = Scripted();
        using var http = new HttpClient(new AlephHttpMessageHandler(scripted.Client));
        using var message = new HttpRequestMessage(HttpMethod.Post, ScriptedClient.Url)
        {
            Content = new StringContent("hello"),
        };
        message.Headers.ExpectContinue = true;
        var answer = http.SendAsync(message);
        var server = await scripted.Peers.NextAsync();
        Assert.Contains("Expect: 100-continue\r\n", await server.AnswerAsync("HTTP/1.1 100 Continue||"),
            StringComparison.Ordinal);
        Assert.Equal("hello", await server.ReadAsync(5));
        await server.WriteAsync("HTTP/1.1 204 x||");
        using var response = await answer.Within("the answer");
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    private sealed class Told : IProgress<long>
    {
        public List<long> Values { get; } = [];

        public void Report(long value) => Values.Add(value);
    }
}
