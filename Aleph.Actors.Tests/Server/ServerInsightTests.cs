using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;
using static Aleph.Actors.ServerProtocol;

namespace Aleph.Actors.Tests.Server;

/// <summary>What an HTTP server tells of itself while it runs, and what can be changed of it.</summary>
public sealed class ServerInsightTests
{
    [Fact]
    public async Task Statistics_count_answers_by_status_and_times_that_ran_out()
    {
        var clock = new FakeTimeProvider();
        var slow = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await HttpHost.StartAsync(
            request => request.Path switch
            {
                "/slow" => SlowAsync(request, slow),
                "/boom" => throw new InvalidOperationException("boom"),
                _ => new(HttpResponse.Text("x", request.Path == "/" ? 200 : 404)),
            },
            HttpServerSettings.Default with
            {
                HandlerTimeout = TimeSpan.FromSeconds(1),
                Tcp = TcpSettings.Default with { Time = clock },
            });
        await using var client = host.System.Http().CreateClient();
        foreach (var path in new[] { "/", "/", "/none", "/boom" })
            (await client.GetAsync(new Uri(host.Uri, path).ToString()).Within("an answer")).Dispose();
        var late = client.GetAsync(new Uri(host.Uri, "/slow").ToString());

        // The timer is armed at the end of the turn that began the handler, that is, before the next one.
        await DescribeAsync(host, await slow.Task.Within("the slow handler runs"));
        clock.Advance(TimeSpan.FromSeconds(2));
        (await late.Within("an answer")).Dispose();
        using var raw = await RawClient.ConnectAsync(host.EndPoint);
        await raw.SendAsync(RawClient.Bytes("nonsense||"));
        await raw.ReadResponseAsync().Within("a refusal");

        var statistics = await host.StatisticsAsync();
        Assert.Equal(
            new Dictionary<int, long> { [200] = 2, [404] = 1, [500] = 1, [503] = 1, [400] = 1 },
            statistics.ByStatus);
        Assert.Equal((1, 1, 1), (statistics.TimedOut, statistics.Failed, statistics.Rejected));
    }

    [Fact]
    public async Task A_handler_whose_time_is_over_hears_of_it_when_its_answer_is_there()
    {
        var clock = new FakeTimeProvider();
        var slow = new TaskCompletionSource<HttpRequest>(TaskCreationOptions.RunContinuationsAsynchronously);
        bool? wasAborted = null;
        await using var host = await HttpHost.StartAsync(
            async request =>
            {
                slow.SetResult(request);
                await Task.Delay(Timeout.InfiniteTimeSpan, request.Aborted);
                return HttpResponse.Text("never");
            },
            HttpServerSettings.Default with
            {
                HandlerTimeout = TimeSpan.FromSeconds(1),
                Tcp = TcpSettings.Default with { Time = clock },
                OnRejected = error =>
                {
                    wasAborted = slow.Task.Result.Aborted.IsCancellationRequested;
                    return HttpResponse.Text(error.Summary, error.Status);
                },
            });
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
        var aborted = (await slow.Task.Within("the handler runs")).Aborted;
        await DescribeAsync(host, 1);
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(503, (await client.ReadResponseAsync().Within("an answer")).Status);
        Assert.False(wasAborted);
        Assert.True(aborted.IsCancellationRequested);
    }

    [Fact]
    public async Task Descriptions_of_connections_name_what_is_under_way_and_no_query()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await HttpHost.StartAsync(async _ =>
        {
            running.TrySetResult();
            await answer.Task;
            return HttpResponse.Text("x");
        });
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET /a?token=secret HTTP/1.1|Host: a||POST /b HTTP/1.1|Host: a||"));
        await running.Task.Within("the handler runs");

        var described = await DescribeAsync(host, 1);
        Assert.Equal(("HTTP/1.1", ConnectionState.Open), (described.Protocol, described.State));
        Assert.Equal(
            [("GET /a", ExchangeState.Handling), ("POST /b", ExchangeState.Waiting)],
            described.Exchanges.Select(x => (x.Summary, x.State)));
        Assert.All(described.Exchanges, x => Assert.InRange(x.Age, TimeSpan.Zero, TimeSpan.FromMinutes(5)));
        answer.SetResult();
        await client.ReadResponseAsync().Within("the first answer");
        await client.ReadResponseAsync().Within("the second answer");
        Assert.Empty((await DescribeAsync(host, 1)).Exchanges);
    }

    [Fact]
    public async Task Answers_that_are_being_sent_are_described_as_such()
    {
        await using var host = await HttpHost.StartAsync(
            _ => new(HttpResponse.Of(HttpBody.Write(async (writer, aborted) =>
            {
                await writer.WriteAsync("begun"u8.ToArray(), aborted);
                await Task.Delay(Timeout.Infinite, aborted);
            }))));
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET /a HTTP/1.1|Host: a||"));
        await client.ReadResponseAsync(toHead: true).Within("the head of the answer");
        Assert.Equal(ExchangeState.Answering, Assert.Single((await DescribeAsync(host, 1)).Exchanges).State);
    }

    [Fact]
    public async Task Connections_of_a_pool_are_described_too()
    {
        await using var host = await HttpHost.StartAsync(_ => new(HttpResponse.Text("x")));
        var pool = host.System.ActorOf(HttpClientPool.Props(HttpOrigin.Of(host.Uri)), "pool");
        using var answer = await pool.Ask<HttpResponse>(HttpRequest.Get(host.Uri.ToString())).Within("an answer");
        await answer.Body.ReadTextAsync();

        var ids = await pool.Ask<HttpClientPoolProtocol.Connections>(HttpClientPoolProtocol.GetConnections.Instance);
        var described = await pool.Ask<ConnectionDescription>(
            new HttpClientPoolProtocol.DescribeConnection(Assert.Single(ids.Ids))).Within("a description");
        Assert.Equal(("HTTP/1.1", host.EndPoint), (described.Protocol, described.Info.RemoteEndPoint));
        Assert.True(described.BytesSent > 0 && described.BytesReceived > 0);
        var none = await pool.Ask<Status.Failure>(new HttpClientPoolProtocol.DescribeConnection(99));
        Assert.IsType<KeyNotFoundException>(none.Cause);
    }

    [Fact]
    public async Task Limits_change_for_connections_that_come_later()
    {
        var settings = HttpServerSettings.Default with { MaxHeaderCount = 3 };
        await using var host = await HttpHost.StartAsync(settings);
        using var before = await RawClient.ConnectAsync(host.EndPoint);
        Assert.Equal(200, await StatusAsync(before, fields: 3));

        await host.Binding.Actor.Ask<LimitsChanged>(
            new HttpServerProtocol.SetLimits(settings with { MaxHeaderCount = 5 })).Within("an answer");

        using var after = await RawClient.ConnectAsync(host.EndPoint);
        Assert.Equal(200, await StatusAsync(after, fields: 5));
        Assert.Equal(431, await StatusAsync(after, fields: 6));
        Assert.Equal(431, await StatusAsync(before, fields: 4));
        Assert.Equal(4, (await host.StatisticsAsync()).Requests);
    }

    [Fact]
    public async Task Limits_that_are_wrong_change_nothing()
    {
        await using var host = await HttpHost.StartAsync();
        var wrong = HttpServerSettings.Default with { MaxHeaderCount = 0, PipeliningLimit = 0 };
        var refused = await host.Binding.Actor.Ask<CommandFailed>(new HttpServerProtocol.SetLimits(wrong))
            .Within("an answer");
        Assert.Contains("max-header-count is 0", refused.Cause.Message, StringComparison.Ordinal);
        Assert.Contains("pipelining-limit is 0", refused.Cause.Message, StringComparison.Ordinal);
        await host.AnswersAsync(Waiting.Patience);
    }

    [Fact]
    public async Task Health_is_503_while_the_server_leaves()
    {
        var readiness = new ServerReadiness();
        var health = HttpHealth.Readiness(readiness);
        Assert.Equal(503, health(new HttpRequest("GET", "/")).Status.Code);
        var tcp = TcpSettings.Default with { Readiness = readiness, ReadinessDelay = TimeSpan.FromMinutes(10) };
        await using var host = await HttpHost.StartAsync(
            request => new(health(request)), HttpServerSettings.Default with { Tcp = tcp });
        using var first = await RawClient.ConnectAsync(host.EndPoint);
        await first.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
        Assert.Equal(200, (await first.ReadResponseAsync().Within("an answer")).Status);

        _ = host.Binding.DrainAsync(TimeSpan.FromMinutes(20));

        await Pacing.UntilAsync(() => Task.FromResult(!readiness.IsReady), "readiness turned");
        using var second = await RawClient.ConnectAsync(host.EndPoint);
        await second.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
        Assert.Equal(503, (await second.ReadResponseAsync().Within("an answer")).Status);
    }

    [Fact]
    public async Task The_wire_log_shows_HTTP_of_its_listener_alone()
    {
        await using var quiet = await HttpHost.StartAsync();
        using var system = ActorSystem.Create(
            "logged", "akka { loglevel = INFO, stdout-loglevel = OFF, loggers = [] }");
        var lines = new System.Collections.Concurrent.ConcurrentQueue<string>();
        system.EventStream.Subscribe(
            system.ActorOf(Props.Create(() => new Lines(lines))), typeof(Akka.Event.Info));
        await using var server = await system.Http().ServeAsync(
            HttpServerHandler.Of(_ => HttpResponse.Text("hello")),
            HttpServerSettings.Default with
            {
                Tcp = TcpSettings.Default with
                {
                    WireLog = new WireLogSettings { Level = Akka.Event.LogLevel.InfoLevel },
                },
            });
        using var client = await RawClient.ConnectAsync((System.Net.IPEndPoint)server.LocalEndPoint);
        await client.SendAsync(RawClient.Bytes("GET /wire HTTP/1.1|Host: a||"));
        await client.ReadResponseAsync().Within("an answer");

        await Pacing.UntilAsync(
            () => Task.FromResult(lines.Any(x => x.Contains("68 65 6c 6c 6f", StringComparison.Ordinal))),
            "the answer was logged");
        Assert.Contains(lines, x => x.Contains("received 31 bytes", StringComparison.Ordinal)
            && x.Contains("GET /wire HTTP/1", StringComparison.Ordinal));
        await system.Terminate().Within("the system ended");
    }

    private static async ValueTask<HttpResponse> SlowAsync(HttpRequest request, TaskCompletionSource<long> runs)
    {
        runs.SetResult(request.ConnectionId);
        await Task.Delay(Timeout.Infinite, request.Aborted);
        return HttpResponse.Text("late");
    }

    private static Task<ConnectionDescription> DescribeAsync(HttpHost host, long id) =>
        host.Binding.Actor.Ask<ConnectionDescription>(new DescribeConnection(id)).Within("a description");

    private static async Task<int> StatusAsync(RawClient client, int fields)
    {
        var more = string.Concat(Enumerable.Range(1, fields - 1).Select(x => $"|X-{x}: y"));
        await client.SendAsync(RawClient.Bytes($"GET / HTTP/1.1|Host: a{more}||"));
        return (await client.ReadResponseAsync().Within("an answer")).Status;
    }

    private sealed class Lines : ReceiveActor
    {
        public Lines(System.Collections.Concurrent.ConcurrentQueue<string> lines) =>
            Receive<Akka.Event.Info>(x => lines.Enqueue(x.ToString()));
    }
}
