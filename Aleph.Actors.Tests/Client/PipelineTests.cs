using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>Several requests on the way on one connection (RFC 9112 9.3.2), where that is asked for.</summary>
[Trait("rfc", "9112-9.3.2")]
public sealed class PipelineTests : ClientHarness
{
    private const string Empty = "HTTP/1.1 204 x||";

    [Fact]
    public async Task Sends_idempotent_requests_before_the_answers_and_gives_each_its_own()
    {
        var (scripted, server) = await WarmAsync(3);
        var asked = Enumerable.Range(0, 4).Select(i => scripted.GetAsync($"{i}")).ToArray();
        for (var i = 0; i < 3; i++)
            Assert.StartsWith($"GET /{i} ", await server.ReadHeadAsync(), StringComparison.Ordinal);
        await ExpectAsync(scripted, x => x is { Active: 3, Queued: 1 }, "the fourth waits for room");
        await server.WriteAsync("HTTP/1.1 200 OK|Content-Length: 1||0HTTP/1.1 200 OK|Content-Length: 1||1");
        Assert.StartsWith("GET /3 ", await server.ReadHeadAsync(), StringComparison.Ordinal);
        await server.WriteAsync(
            "HTTP/1.1 200 OK|Transfer-Encoding: chunked||1|2|0||HTTP/1.1 200 OK|Content-Length: 1||3");
        for (var i = 0; i < 4; i++)
        {
            using var response = await asked[i].Within("an answer");
            Assert.Equal($"{i}", await response.Body.ReadTextAsync().Within("its body"));
        }

        Assert.Equal(1, scripted.Peers.Attempts);
        await ExpectAsync(scripted, x => x is { Active: 0, Idle: 1, Queued: 0 }, "the connection is idle");
    }

    [Theory]
    [InlineData(1), InlineData(4)]
    public async Task Requests_leave_in_the_order_in_which_they_were_asked(int depth)
    {
        var (scripted, server) = await WarmAsync(depth);
        for (var round = 0; round < 100; round++)
        {
            var asked = Enumerable.Range(0, 10).Select(i => scripted.GetAsync($"{i}")).ToArray();
            for (var i = 0; i < asked.Length; i++)
            {
                Assert.StartsWith($"GET /{i} ", await server.AnswerAsync(Empty), StringComparison.Ordinal);
                await asked[i].Within($"answer {i} of round {round}");
            }
        }
    }

    [Fact]
    public async Task Is_off_unless_asked_for()
    {
        var (scripted, server) = await WarmAsync(1);
        var first = scripted.GetAsync("1");
        var second = scripted.GetAsync("2");
        await server.ReadHeadAsync();
        await ExpectAsync(scripted, x => x is { Active: 1, Queued: 1 }, "the second waits");
        await server.WriteAsync(Empty);
        await first.Within("the first answer");
        await server.AnswerAsync(Empty);
        await second.Within("the second answer");
    }

    [Theory]
    [InlineData("GET", "POST"), InlineData("POST", "GET"), InlineData("GET", "X")]
    public async Task Holds_back_what_must_not_be_sent_twice(string first, string second)
    {
        var (scripted, server) = await WarmAsync(4);
        var answers = new[] { Send(scripted, first), Send(scripted, second) };
        await server.ReadHeadAsync();
        await ExpectAsync(scripted, x => x is { Active: 1, Queued: 1 }, "the second waits");
        await server.WriteAsync(Empty);
        await answers[0].Within("the first answer");
        await server.AnswerAsync(Empty);
        await answers[1].Within("the second answer");
    }

    [Fact]
    public async Task Trusts_no_connection_with_several_before_it_has_answered()
    {
        var scripted = Scripted(x => x with { MaxConnections = 1, PipelineDepth = 4 });
        var (first, second) = (scripted.GetAsync("1"), scripted.GetAsync("2"));
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        await ExpectAsync(scripted, x => x is { Active: 1, Queued: 1 }, "the second waits");
        await server.WriteAsync(Empty);
        await first.Within("the first answer");
        await server.AnswerAsync(Empty);
        await second.Within("the second answer");
    }

    [Fact]
    public async Task What_is_unanswered_when_the_connection_ends_goes_to_another_in_its_order()
    {
        var (scripted, server) = await WarmAsync(4);
        var asked = Enumerable.Range(0, 4).Select(i => scripted.GetAsync($"{i}")).ToArray();
        for (var i = 0; i < 4; i++)
            await server.ReadHeadAsync();
        await server.WriteAsync("HTTP/1.1 204 x|Connection: close||");
        await asked[0].Within("the first answer");
        var next = await scripted.Peers.NextAsync();
        for (var i = 1; i < 4; i++)
        {
            Assert.StartsWith($"GET /{i} ", await next.AnswerAsync(Empty), StringComparison.Ordinal);
            await asked[i].Within("an answer");
        }

        Assert.Equal(3, (await scripted.StatisticsAsync()).Retried);
    }

    [Fact]
    public async Task A_cancelled_request_in_the_middle_costs_its_own_answer_only()
    {
        var (scripted, server) = await WarmAsync(4);
        using var cancel = new CancellationTokenSource();
        var asked = new[] { scripted.GetAsync("0"), scripted.GetAsync("1", cancel.Token), scripted.GetAsync("2") };
        for (var i = 0; i < 3; i++)
            await server.ReadHeadAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked[1].Within("it was cancelled"));
        await server.WriteAsync(
            Empty + "HTTP/1.1 200 OK|Content-Length: 5||wrong" + "HTTP/1.1 200 OK|Content-Length: 1||2");
        await asked[0].Within("the first answer");
        using var response = await asked[2].Within("the third answer");
        Assert.Equal("2", await response.Body.ReadTextAsync());
        Assert.Equal(1, scripted.Peers.Attempts);
        await ExpectAsync(scripted, x => x is { Active: 0, Idle: 1 }, "the connection is idle");
    }

    [Fact]
    public async Task A_failed_answer_costs_those_behind_nothing()
    {
        var (scripted, server) = await WarmAsync(4);
        var (first, second) = (scripted.GetAsync("0"), scripted.GetAsync("1"));
        await server.ReadHeadAsync();
        await server.ReadHeadAsync();
        await server.WriteAsync("HTTP/1.1 200 OK|Content-Length: x||");
        await Assert.ThrowsAsync<HttpClientException>(() => first.Within("a failure"));
        await (await scripted.Peers.NextAsync()).AnswerAsync(Empty);
        await second.Within("the second answer");
    }

    [Fact]
    public async Task Close_waits_for_all_that_was_sent()
    {
        var (scripted, server) = await WarmAsync(4);
        var (first, second) = (scripted.GetAsync("0"), scripted.GetAsync("1"));
        await server.ReadHeadAsync();
        await server.ReadHeadAsync();
        var closing = scripted.Client.CloseAsync(TimeSpan.FromMinutes(1));
        await server.WriteAsync(Empty + Empty);
        await first.Within("the first answer");
        await second.Within("the second answer");
        await closing.Within("the pool closed");
    }

    [Fact]
    public async Task Many_requests_at_a_real_server_get_their_own_answers()
    {
        await using var server = await ServeAsync(request => HttpResponse.Text(request.Target));
        var client = Sys.Http().CreateClient(HttpPoolSettings.Default with { MaxConnections = 2, PipelineDepth = 16 });
        var url = UrlOf(server);
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async worker =>
        {
            for (var i = 0; i < 100; i++)
            {
                using var cancel = new CancellationTokenSource();
                var asked = client.GetAsync($"{url}{worker}-{i}", cancel.Token);
                if ((worker + i) % 10 == 0)
                    await cancel.CancelAsync();
                try
                {
                    using var response = await asked;
                    Assert.Equal($"/{worker}-{i}", await response.Body.ReadTextAsync());
                }
                catch (OperationCanceledException)
                {
                    Assert.True(cancel.IsCancellationRequested);
                }
            }
        })).Within(TimeSpan.FromSeconds(60), "all requests ended");
        await ExpectAsync(
            client, HttpOrigin.Of(url), x => x is { Active: 0, Queued: 0, Connecting: 0 } && x.Open == x.Idle,
            "nothing is under way");
    }

    private static Task<HttpResponse> Send(ScriptedClient scripted, string method) =>
        scripted.Client.SendAsync(HttpRequest.To(method, ScriptedClient.Url));

    /// <summary>A client with one connection, which has answered once.</summary>
    private async Task<(ScriptedClient Client, ScriptedServer Server)> WarmAsync(int depth)
    {
        var scripted = Scripted(x => x with { MaxConnections = 1, PipelineDepth = depth });
        var first = scripted.GetAsync("first");
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync(Empty);
        await first.Within("the first answer");
        return (scripted, server);
    }
}
