using System.Runtime.CompilerServices;
using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>Requests over sockets to the own server: every method, bodies both ways, reuse of connections.</summary>
public sealed class RequestLevelTests : ClientHarness
{
    private readonly AlephHttpClient _client;

    public RequestLevelTests() => _client = Sys.Http().CreateClient();

    [Fact]
    public async Task Gets_a_text_and_uses_the_connection_again()
    {
        await using var server = await ServeAsync(request =>
            HttpResponse.Text($"{request.Method} {request.Target} {request.ConnectionId}"));
        for (var i = 0; i < 3; i++)
        {
            using var response = await _client.GetAsync(UrlOf(server, "/a?b=c")).Within("an answer");
            Assert.Equal(200, response.Status.Code);
            Assert.Equal("GET /a?b=c 1", await response.Body.ReadTextAsync());
        }
    }

    [Theory]
    [InlineData("GET"), InlineData("HEAD"), InlineData("POST"), InlineData("PUT"), InlineData("PATCH")]
    [InlineData("DELETE"), InlineData("OPTIONS"), InlineData("TRACE"), InlineData("PURGE")]
    public async Task Sends_every_method(string method)
    {
        await using var server = await ServeAsync(request => HttpResponse.Text(request.Method));
        using var response = await _client.SendAsync(HttpRequest.To(method, UrlOf(server))).Within("an answer");
        Assert.Equal(method == "HEAD" ? "" : method, await response.Body.ReadTextAsync());
    }

    [Fact]
    public async Task Keeps_the_connection_of_an_error_status()
    {
        await using var server = await ServeAsync(request => HttpResponse.Text($"{request.ConnectionId}", 404));
        for (var i = 0; i < 2; i++)
        {
            using var response = await _client.GetAsync(UrlOf(server)).Within("an answer");
            Assert.Equal("1", await response.Body.ReadTextAsync());
        }
    }

    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task Streams_megabytes_up_and_down(bool isLengthKnown)
    {
        const int Size = 5_000_000;
        await using var server = await ServeAsync((HttpHandler)(request => new(HttpResponse.Of(
            HttpBody.From(request.Body.ReadElementsAsync(), request.Body.Length)))));
        var body = HttpBody.From(Pieces(Size), isLengthKnown ? Size : null);
        using var response = await _client.PostAsync(UrlOf(server), body).Within("the head of an answer");
        Assert.Equal(isLengthKnown ? Size : null, response.Body.Length);
        var count = 0;
        await foreach (var element in response.Body.ReadElementsAsync())
        {
            foreach (var b in element.Span)
                Assert.Equal((byte)(count++ % 251), b);
        }

        Assert.Equal(Size, count);
        await ExpectAsync(_client, HttpOrigin.Of(UrlOf(server)), x =>
            x is { Active: 0, Idle: 1 }, "the connection is free");
    }

    [Theory, InlineData(100), InlineData(20_000)]
    public async Task An_answer_that_is_faster_than_the_end_of_the_bodys_maker_costs_nothing(int size)
    {
        var scripted = Scripted();
        var (answered, ended) = (NewSignal(), NewSignal());
        var asked = scripted.Client.PostAsync(ScriptedClient.Url, HttpBody.From(OneAsync(), size));
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        await server.ReadAsync(size);
        await server.WriteAsync("HTTP/1.1 204 x||");
        (await asked.Within("an answer")).Dispose();
        await ExpectAsync(scripted, x => x is { Active: 0, Idle: 1 }, "the connection is free");
        answered.SetResult();
        await ended.Task.Within("the body's maker ended");
        var next = scripted.GetAsync();
        await server.AnswerAsync("HTTP/1.1 204 x||");
        (await next.Within("the next answer")).Dispose();
        Assert.Equal(1, scripted.Peers.Attempts);

        async IAsyncEnumerable<ReadOnlyMemory<byte>> OneAsync(
            [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            yield return new byte[size];
            try
            {
                await answered.Task.WaitAsync(cancellation);
            }
            finally
            {
                ended.SetResult();
            }
        }
    }

    [Theory, InlineData(413), InlineData(200)]
    public async Task A_large_element_is_not_sent_to_its_end_when_nobody_wants_it(int status)
    {
        var scripted = Scripted();
        const int Size = 64 << 20;
        var asked = scripted.Client.PostAsync(ScriptedClient.Url, HttpBody.From(OneAsync(), Size));
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        await server.WriteAsync($"HTTP/1.1 {status} x|Content-Length: 0||");
        (await asked.Within("an answer")).Dispose();
        Assert.InRange((await server.ReadToEndAsync()).Length, 0, 1 << 20);

        static async IAsyncEnumerable<ReadOnlyMemory<byte>> OneAsync()
        {
            await Task.CompletedTask;
            yield return new byte[Size];
        }
    }

    [Fact]
    public async Task Runs_many_requests_at_once_on_few_connections()
    {
        await using var server = await ServeAsync(request => HttpResponse.Text(request.Target));
        var client = Sys.Http().CreateClient(HttpPoolSettings.Default with { MaxConnections = 4 });
        var url = UrlOf(server);
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(async i =>
        {
            using var response = await client.GetAsync($"{url}{i}");
            Assert.Equal($"/{i}", await response.Body.ReadTextAsync());
        })).Within("1000 answers");
        var now = await ExpectAsync(client, HttpOrigin.Of(url), x => x is { Active: 0, Queued: 0 }, "nothing is left");
        Assert.InRange(now.Connections, 1, 4);
        Assert.Equal(1000, now.Requests);
    }

    [Fact]
    public async Task An_actor_may_ask_a_pool()
    {
        await using var server = await ServeAsync(request => HttpResponse.Text(request.Target));
        var url = UrlOf(server, "/x");
        var pool = Sys.ActorOf(HttpClientPool.Props(HttpOrigin.Of(url)), "pool");
        pool.Tell(HttpRequest.Get(url), TestActor);
        var response = await ExpectMsgAsync<HttpResponse>(Waiting.Patience);
        Assert.Equal("/x", await response.Body.ReadTextAsync());
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(
        int size, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await Task.Yield();
        var bytes = new byte[251 * 64];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(i % 251);
        for (var sent = 0; sent < size; sent += bytes.Length)
            yield return bytes.AsMemory(0, Math.Min(bytes.Length, size - sent));
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
