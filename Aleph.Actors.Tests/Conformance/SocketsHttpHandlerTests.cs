using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>What the HttpClient of .NET makes of the server.</summary>
public class SocketsHttpHandlerTests : IAsyncLifetime
{
    private static readonly byte[] Large = RandomNumberGenerator.GetBytes(20_000_000);

    private readonly EndlessBody _endless = new();
    private readonly Channel<string> _watched = Channel.CreateUnbounded<string>();
    private HttpHost _host = null!;

    private protected virtual TcpTransport Transport => TcpTransport.Sockets;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _host = await HttpHost.StartAsync(AnswerAsync, HttpHost.Over(Transport));
        _client = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 32 })
        {
            BaseAddress = _host.Uri,
            Timeout = TimeSpan.FromSeconds(30),
        };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_thousand_requests_follow_each_other_on_one_connection()
    {
        for (var i = 0; i < 1000; i++)
            Assert.Equal($"GET /{i} 0", await _client.GetStringAsync($"{i}").Within($"answer {i}"));
        Assert.Equal(1, (await _host.Binding.GetStatisticsAsync()).Accepted);
    }

    [Fact]
    public async Task A_thousand_requests_at_once_get_their_own_answers()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => _client.GetStringAsync($"{i}")))
            .Within("a thousand answers");
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"GET /{i} 0"), answers);
        Assert.InRange((await _host.Binding.GetStatisticsAsync()).Accepted, 1, 32);
    }

    [Fact]
    public async Task An_upload_streams_into_its_handler()
    {
        var upload = new Upload();
        using var request = new HttpRequestMessage(HttpMethod.Post, "watched") { Content = upload };
        var response = _client.SendAsync(request);
        for (var i = 0; i < 10; i++)
        {
            await upload.WriteAsync($"ping{i}").Within("an element was sent");
            Assert.Equal($"ping{i}", await _watched.Reader.ReadAsync()
                .Within("the element was read before the next was sent"));
        }

        upload.End();
        Assert.Equal(HttpStatusCode.OK, (await response.Within("the answer")).StatusCode);
    }

    [Fact]
    public async Task Large_bodies_arrive_whole_in_both_directions()
    {
        using var content = new ByteArrayContent(Large);
        using var up = await _client.PostAsync("sum", content).Within("the upload");
        Assert.Equal(Convert.ToHexString(SHA256.HashData(Large)), await up.Content.ReadAsStringAsync());
        Assert.Equal(Large, await _client.GetByteArrayAsync("large").Within("the download"));
    }

    [Fact]
    public async Task Trailers_arrive()
    {
        using var response = await _client.GetAsync("trailers").Within("the answer");
        Assert.Equal("one", await response.Content.ReadAsStringAsync());
        Assert.Equal("6", response.TrailingHeaders.GetValues("X-Sum").Single());
    }

    [Fact]
    public async Task Continue_is_awaited_and_may_be_refused()
    {
        foreach (var (path, status) in new[] { ("p", HttpStatusCode.OK), ("refuse", HttpStatusCode.ExpectationFailed) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new ByteArrayContent(new byte[9]),
            };
            request.Headers.ExpectContinue = true;
            using var response = await _client.SendAsync(request).Within($"the answer of {path}");
            Assert.Equal(status, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_cancelled_download_cancels_its_handler()
    {
        using var response = await _client.GetAsync("endless", HttpCompletionOption.ResponseHeadersRead)
            .Within("a head");
        response.Dispose();
        await _endless.Ended.Within("the handler's body was given up");
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("OPTIONS")]
    [InlineData("PATCH")]
    [InlineData("BREW")]
    public async Task Any_method_arrives(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "m") { Content = new StringContent("12") };
        request.Content.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue("text/plain");
        using var response = await _client.SendAsync(request).Within("an answer");
        Assert.Equal($"{method} /m 2", await response.Content.ReadAsStringAsync());
    }

    private async ValueTask<HttpResponse> AnswerAsync(HttpRequest request) => request.Path switch
    {
        "/sum" => HttpResponse.Text(Convert.ToHexString(await SHA256.HashDataAsync(request.Body.AsStream()))),
        "/large" => HttpResponse.Of(HttpBody.From(new MemoryStream(Large))),
        "/watched" => await WatchAsync(request),
        "/refuse" => HttpResponse.Of((HttpStatus)417),
        "/endless" => HttpResponse.Of(HttpBody.From(_endless.Open())),
        "/trailers" => HttpResponse.Of(HttpBody.From(new MemoryStream("one"u8.ToArray())))
            .WithTrailers(() => HttpHeaders.Of(("X-Sum", "6"))),
        _ => await HttpHost.DescribeAsync(request),
    };

    private async Task<HttpResponse> WatchAsync(HttpRequest request)
    {
        await foreach (var element in request.Body.ReadElementsAsync())
            await _watched.Writer.WriteAsync(Encoding.ASCII.GetString(element.Span));
        return HttpResponse.Of(HttpStatus.Ok);
    }

    private sealed class EndlessBody
    {
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Ended => _ended.Task;

        public async IAsyncEnumerable<ReadOnlyMemory<byte>> Open()
        {
            try
            {
                while (true)
                {
                    await Task.Yield();
                    yield return new byte[10_000];
                }
            }
            finally
            {
                _ended.TrySetResult();
            }
        }
    }

    private sealed class Upload : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _stream = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task WriteAsync(string text)
        {
            var stream = await _stream.Task;
            await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
            await stream.FlushAsync();
        }

        public void End() => _end.SetResult();

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _stream.SetResult(stream);
            return _end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
