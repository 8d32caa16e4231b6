using System.Net;
using System.Net.Http.Json;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>HttpClient of .NET on the pools: what its users rely on.</summary>
public sealed class HandlerTests : ClientHarness
{
    [Fact]
    public async Task Gets_posts_and_reads_json()
    {
        await using var server = await ServeAsync(async request => HttpResponse.Text(
            $"{{\"method\":\"{request.Method}\",\"body\":\"{await request.Body.ReadTextAsync()}\"," +
            $"\"agent\":\"{request.Headers["User-Agent"]}\"}}",
            contentType: "application/json"));
        using var http = NewClient();
        http.DefaultRequestHeaders.UserAgent.ParseAdd("a/1 (b) c/2");
        var got = await http.GetFromJsonAsync<Answer>(UrlOf(server)).Within("an answer");
        Assert.Equal(new Answer("GET", "", "a/1 (b) c/2"), got);
        using var posted = await http.PostAsync(UrlOf(server), new StringContent("hi")).Within("an answer");
        Assert.Equal(("POST", "hi"), (await posted.Content.ReadFromJsonAsync<Answer>()) is { } x ? (x.Method, x.Body)
            : default);
        Assert.Equal(HttpVersion.Version11, posted.Version);
    }

    [Fact]
    public async Task Streams_both_ways_and_gives_trailers()
    {
        await using var server = await ServeAsync((HttpHandler)(request => new(
            HttpResponse.Of(HttpBody.From(request.Body.ReadElementsAsync())).WithTrailers(() =>
                HttpHeaders.Of(("T", "v"))))));
        using var http = NewClient();
        var content = new StreamContent(new MemoryStream(new byte[300_000]));
        content.Headers.ContentLength = null;
        using var request = new HttpRequestMessage(HttpMethod.Post, UrlOf(server)) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Within("the head");
        var stream = await response.Content.ReadAsStreamAsync();
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy).Within("the body");
        Assert.Equal(300_000, copy.Length);
        Assert.Equal("v", response.TrailingHeaders.GetValues("T").Single());
    }

    [Fact]
    public async Task Redirects_change_the_requests_url()
    {
        await using var server = await ServeAsync(request => request.Target == "/a"
            ? HttpResponse.Of(302).WithHeader("Location", "/b")
            : HttpResponse.Text("b"));
        using var http = NewClient();
        using var response = await http.GetAsync(UrlOf(server, "/a")).Within("an answer");
        Assert.Equal("/b", response.RequestMessage!.RequestUri!.AbsolutePath);
    }

    [Fact]
    public async Task Fails_with_the_errors_that_callers_dispatch_on()
    {
        using var http = NewClient();
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("http://127.0.0.1:1/")
            .Within("a failure"));
        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);
        using var version = new HttpRequestMessage(HttpMethod.Get, "http://127.0.0.1:1/")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var unspoken = await Assert.ThrowsAsync<HttpRequestException>(() => http.SendAsync(version)
            .Within("a failure"));
        Assert.Equal(HttpRequestError.VersionNegotiationError, unspoken.HttpRequestError);

        var scripted = Scripted();
        using var own = new HttpClient(new AlephHttpMessageHandler(scripted.Client));
        var cut = own.GetAsync(ScriptedClient.Url, HttpCompletionOption.ResponseHeadersRead);
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 5||he");
        using var response = await cut.Within("the head");
        server.Peer.HalfClose();
        var ended = await Assert.ThrowsAsync<HttpIOException>(
            async () => await (await response.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null)
                .Within("a failure"));
        Assert.Equal(HttpRequestError.ResponseEnded, ended.HttpRequestError);
        var odd = own.GetAsync(ScriptedClient.Url);
        await (await scripted.Peers.NextAsync()).AnswerAsync("nonsense|");
        Assert.Equal(
            HttpRequestError.InvalidResponse,
            (await Assert.ThrowsAsync<HttpRequestException>(() => odd.Within("a failure"))).HttpRequestError);
    }

    [Fact]
    public async Task The_timeout_of_HttpClient_cancels_and_the_connection_goes()
    {
        var scripted = Scripted();
        using var http = new HttpClient(new AlephHttpMessageHandler(scripted.Client))
        {
            Timeout = TimeSpan.FromSeconds(5),
        };
        var first = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 204 x||");
        (await first.Within("the first answer")).Dispose();
        var answer = http.GetAsync(ScriptedClient.Url);
        await server.ReadHeadAsync();
        var cancelled = await Assert.ThrowsAsync<TaskCanceledException>(() => answer.Within("it was cancelled"));
        Assert.IsType<TimeoutException>(cancelled.InnerException);
        await ExpectAsync(scripted, x => x is { Open: 0, Active: 0 }, "nothing is left");
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_response_that_is_disposed_frees_its_connection(bool isOpened)
    {
        var scripted = Scripted();
        using var http = new HttpClient(new AlephHttpMessageHandler(scripted.Client));
        var answer = http.GetAsync(ScriptedClient.Url, HttpCompletionOption.ResponseHeadersRead);
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 10||hello");
        var response = await answer.Within("the head");
        if (isOpened)
            await response.Content.ReadAsStreamAsync();
        response.Dispose();
        await server.WriteAsync("world");
        await ExpectAsync(scripted, x => x is { Idle: 1, Active: 0 }, "the connection is free");
    }

    [Fact]
    public async Task An_upgrade_gives_a_stream_for_both_ways()
    {
        await using var server = await ServeAsync(_ => HttpResponse.SwitchProtocols(
            "echo", connection => connection.Input.CopyToAsync(connection.Output)));
        using var http = NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, UrlOf(server));
        request.Headers.Connection.Add("Upgrade");
        request.Headers.Upgrade.ParseAdd("echo");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).Within("the head");
        Assert.Equal(HttpStatusCode.SwitchingProtocols, response.StatusCode);
        await using var stream = await response.Content.ReadAsStreamAsync();
        await stream.WriteAsync("hello"u8.ToArray());
        await stream.FlushAsync();
        var echo = new byte[5];
        await stream.ReadExactlyAsync(echo).Within("the echo");
        Assert.Equal("hello"u8.ToArray(), echo);
    }

    [Fact]
    public async Task Sends_and_reads_synchronously_on_a_thread_that_waits()
    {
        await using var server = await ServeAsync(async request =>
            HttpResponse.Text($"{request.Version} {await request.Body.ReadTextAsync()}"));
        var text = await Task.Run(() =>
        {
            using var http = NewClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, UrlOf(server))
            {
                Content = new StringContent("hello"),
                Version = HttpVersion.Version10,
            };
            using var response = http.Send(request, HttpCompletionOption.ResponseHeadersRead);
            using var reader = new StreamReader(response.Content.ReadAsStream());
            return reader.ReadToEnd();
        }).Within("the answer");
        Assert.Equal("1.0 hello", text);
    }

    [Fact]
    public async Task Tells_how_far_an_upload_is()
    {
        // An answer may be there before the last is told.
        var told = new Told(200_000);
        await using var server = await ServeAsync(async request =>
        {
            var body = await request.Body.ReadBytesAsync();
            await told.All.Within("all of it was told");
            return HttpResponse.Text($"{body.Length}");
        });
        using var http = NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, UrlOf(server))
        {
            Content = new StreamContent(new MemoryStream(new byte[200_000])),
        };
        request.Options.Set(AlephHttpMessageHandler.UploadProgressKey, told);
        using var response = await http.SendAsync(request).Within("the answer");
        Assert.Equal("200000", await response.Content.ReadAsStringAsync());
        Assert.Equal(200_000, told.Values[^1]);
        Assert.Equal(told.Values.Order(), told.Values);
        Assert.True(told.Values.Count > 1, "It was told once.");
    }

    [Fact]
    public async Task Disposal_takes_no_more_and_lets_what_is_under_way_end()
    {
        var scripted = Scripted();
        var handler = new AlephHttpMessageHandler(scripted.Client, ownsClient: true);
        using var http = new HttpMessageInvoker(handler, disposeHandler: false);
        using var message = new HttpRequestMessage(HttpMethod.Get, ScriptedClient.Url);
        var answer = http.SendAsync(message, CancellationToken.None);
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 5||he");
        handler.Dispose();
        using var another = new HttpRequestMessage(HttpMethod.Get, ScriptedClient.Url);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => http.SendAsync(another, CancellationToken.None));
        await server.WriteAsync("llo");
        using var response = await answer.Within("the answer");
        Assert.Equal("hello", await response.Content.ReadAsStringAsync().Within("its body"));
        Assert.Equal("", await server.ReadToEndAsync());
    }

    private sealed class Told(long all) : IProgress<long>
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<long> Values { get; } = [];

        public Task All => _all.Task;

        public void Report(long value)
        {
            Values.Add(value);
            if (value == all)
                _all.TrySetResult();
        }
    }

    private HttpClient NewClient() => new(new AlephHttpMessageHandler(Sys.Http().CreateClient(), ownsClient: true));

    private sealed record Answer(string Method, string Body, string Agent);
}
