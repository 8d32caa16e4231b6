using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Client.Pool;
using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>What the pool promises: bounds, choice, failure, recovery, its end.</summary>
public sealed class PoolTests : ClientHarness
{
    private const string NoContent = "HTTP/1.1 204 x||";

    [Fact]
    public async Task Fails_at_once_when_the_queue_is_full()
    {
        var scripted = Scripted(x => x with { MaxConnections = 1, QueueSize = 1 });
        var first = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        var second = scripted.GetAsync();
        await ExpectAsync(scripted.Client, ScriptedClient.Origin, x => x.Queued == 1, "the second waits");
        var failure = await Assert.ThrowsAsync<HttpClientException>(() => scripted.GetAsync().Within("a failure"));
        Assert.Equal((HttpClientFailure.QueueFull, true), (failure.Failure, failure.IsUnsent));
        await server.WriteAsync(NoContent);
        await server.AnswerAsync(NoContent);
        await Task.WhenAll(first, second).Within("both answers");
        Assert.Equal(1, (await scripted.StatisticsAsync()).Rejected);
    }

    [Fact]
    public async Task A_queue_of_0_fails_at_once_when_all_connections_are_in_use()
    {
        var scripted = Scripted(x => x with { MaxConnections = 1, QueueSize = 0 });
        var first = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        var failure = await Assert.ThrowsAsync<HttpClientException>(() => scripted.GetAsync().Within("a failure"));
        Assert.Equal(HttpClientFailure.QueueFull, failure.Failure);
        await server.WriteAsync(NoContent);
        await first.Within("the first answer");
        var third = scripted.GetAsync();
        await server.AnswerAsync(NoContent);
        await third.Within("the third answer");
    }

    // A body of three windows: the reader goes on elsewhere, beside the turn that ends the exchange.
    [Fact]
    public async Task Whoever_has_read_a_streamed_answer_finds_its_connection_free()
    {
        var scripted = Scripted(
            x => x with { MaxConnections = 1, QueueSize = 0 }, new MemoryTransportOptions { Capacity = 1 << 20 });
        ScriptedServer? server = null;
        for (var i = 0; i < 200; i++)
        {
            var asked = scripted.GetAsync();
            server ??= await scripted.Peers.NextAsync();
            await server.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 800000||");
            using var response = await asked.Within("the head");
            var sent = server.WriteAsync(new string('x', 800_000));
            Assert.Equal(800_000, (await response.Body.ReadBytesAsync().Within("the body")).Length);
            await sent;
        }
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Whoever_blocks_after_an_answer_does_not_hold_its_connection(bool isInline)
    {
        await using var server = await ServeAsync(_ => HttpResponse.Text("hello"));
        var settings = HttpPoolSettings.Default with { MaxConnections = 1 };
        var connection = settings.Tcp.Connection with { InlineCompletions = isInline };
        await using var client = Sys.Http().CreateClient(
            settings with { Tcp = settings.Tcp with { Connection = connection } });
        await client.GetAsync(UrlOf(server)).Within("the first answer");
        var blocked = BlockAsync();
        using var second = await blocked.Within("the second answer, for which the asker of the first blocked");
        Assert.Equal("hello", await second.ReadTextAsync());

        async Task<HttpResponse> BlockAsync()
        {
            // Goes on where its answer came; the next must come elsewhere.
            (await client.GetAsync(UrlOf(server)).ConfigureAwait(false)).Dispose();
            var next = client.GetAsync(UrlOf(server));
            Assert.True(next.Wait(Waiting.Limit), "The answer did not come while its asker blocked.");
            return await next;
        }
    }

    [Fact]
    public async Task Whoever_blocks_within_a_body_does_not_hold_its_connection()
    {
        var scripted = Scripted(x => x with { MaxConnections = 1 });
        var asked = scripted.GetAsync("1");
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        await server.WriteAsync("HTTP/1.1 200 OK|Content-Length: 3||");
        using var response = await asked.Within("the answer");
        using var blocks = new SemaphoreSlim(0);
        var reading = ReadAsync();
        await server.WriteAsync("a");
        foreach (var octet in "bc")
        {
            Assert.True(await blocks.WaitAsync(Waiting.Limit), "The body's reader did not get as far as to block.");
            await server.WriteAsync($"{octet}");
        }

        Assert.Equal(3, await reading.Within("the body, whose reader blocked"));

        async Task<int> ReadAsync()
        {
            await using var elements = response.Body.ReadElementsAsync().GetAsyncEnumerator();
            var count = 0;
            Assert.True(await elements.MoveNextAsync().ConfigureAwait(false));
            do
                count += elements.Current.Length;
            while (Block(elements.MoveNextAsync().AsTask()));
            return count;
        }

        // Goes on where the first octets came; the next must come elsewhere.
        bool Block(Task<bool> next)
        {
            blocks.Release();
            Assert.True(next.Wait(Waiting.Limit), "Nothing more came while the body's reader blocked.");
            return next.Result;
        }
    }

    [Fact]
    public async Task An_idle_connection_keeps_nothing_of_what_went_over_it()
    {
        await using var server = await ServeAsync(_ => HttpResponse.Text("hello"));
        await using var client = Sys.Http().CreateClient();
        var (request, body, answer) = await ExchangeAsync();
        await ExpectAsync(client, HttpOrigin.Of(UrlOf(server)), x => x.Idle == 1, "the connection is idle");
        for (var i = 0; i < 100 && IsAlive(); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await client.GetStatisticsAsync(HttpOrigin.Of(UrlOf(server)))!.Within("statistics");
        }

        Assert.False(IsAlive(), $"{request.IsAlive}, {body.IsAlive}, {answer.IsAlive}: request, its body, answer");

        bool IsAlive() => request.IsAlive || body.IsAlive || answer.IsAlive;

        async Task<(WeakReference Request, WeakReference Body, WeakReference Answer)> ExchangeAsync()
        {
            var bytes = new byte[100_000];
            var post = HttpRequest.Post(UrlOf(server), HttpBody.From(bytes));
            var response = await client.SendAsync(post).Within("the answer");
            await response.ReadTextAsync();
            return (new WeakReference(post), new WeakReference(bytes), new WeakReference(response));
        }
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Uses_the_connection_that_became_idle_last_unless_told_otherwise(bool isFirst)
    {
        var scripted = Scripted(x => x with { Routing = isFirst ? _ => 0 : null });
        var answers = new[] { scripted.GetAsync("0"), scripted.GetAsync("1") };
        var servers = new[] { await scripted.Peers.NextAsync(), await scripted.Peers.NextAsync() };
        foreach (var server in servers)
            await server.ReadHeadAsync();
        foreach (var server in servers)
        {
            var open = answers.Where(x => !x.IsCompleted).ToArray();
            await server.WriteAsync(NoContent);
            await Task.WhenAny(open).Within("an answer");
        }

        await Task.WhenAll(answers).Within("both answers");
        var third = scripted.GetAsync("third");
        var used = servers[isFirst ? 0 : 1];
        Assert.StartsWith("GET /third", await used.AnswerAsync(NoContent), StringComparison.Ordinal);
        await third.Within("the third answer");
    }

    [Fact]
    public async Task Keeps_a_minimum_warm_and_replaces_what_dies()
    {
        var scripted = Scripted(x => x with { MinConnections = 2 });
        scripted.Client.PoolOf(ScriptedClient.Origin);
        var server = await scripted.Peers.NextAsync();
        await scripted.Peers.NextAsync();
        server.Peer.Reset();
        await scripted.Peers.NextAsync();
        await ExpectAsync(scripted.Client, ScriptedClient.Origin, x => x is { Open: 2, Idle: 2 }, "two are warm");
    }

    [Fact]
    public async Task A_sizing_policy_decides_how_many_there_are()
    {
        var scripted = Scripted(x => x with { MaxConnections = 8, Sizing = load => load.Waiting > 0 ? 3 : 0 });
        var answer = scripted.GetAsync();
        var servers = new[] { await scripted.Peers.NextAsync(), await scripted.Peers.NextAsync(),
            await scripted.Peers.NextAsync() };
        var answered = await Task.WhenAny(servers.Select(x => x.AnswerAsync(NoContent))).Within("one got the request");
        await answered;
        await answer.Within("the answer");
        Assert.Equal(3, scripted.Peers.Attempts);
    }

    [Fact]
    public async Task A_cancelled_request_leaves_the_queue_and_its_place_is_free()
    {
        var scripted = Scripted(x => x with { MaxConnections = 1, QueueSize = 1 });
        var first = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        for (var i = 0; i < 3; i++)
        {
            using var cancel = new CancellationTokenSource();
            var waiting = scripted.GetAsync("", cancel.Token);
            await ExpectAsync(scripted.Client, ScriptedClient.Origin, x => x.Queued == 1, "it waits");
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Within("it was cancelled"));
        }

        await ExpectAsync(scripted.Client, ScriptedClient.Origin, x => x.Queued == 0, "nothing waits");
        await server.WriteAsync(NoContent);
        await first.Within("the first answer");
    }

    [Fact]
    public async Task Cancelling_a_request_under_way_closes_its_connection()
    {
        var scripted = Scripted();
        using var cancel = new CancellationTokenSource();
        var answer = scripted.GetAsync("", cancel.Token);
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer.Within("it was cancelled"));
        await ExpectAsync(scripted.Client, ScriptedClient.Origin, x => x is { Open: 0, Active: 0 }, "nothing is left");
        await Assert.ThrowsAsync<IOException>(() => server.ReadToEndAsync());
    }

    [Fact]
    public async Task A_cancelled_token_uses_no_connection()
    {
        var scripted = Scripted();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => scripted.GetAsync("", new CancellationToken(canceled: true)));
        Assert.Equal(0, scripted.Peers.Attempts);
    }

    [Fact]
    public async Task A_connection_that_crashes_costs_its_own_request_only()
    {
        var scripted = Scripted(x => x with { MaxConnections = 2 });
        var answers = new[] { scripted.GetAsync(), scripted.GetAsync() };
        var servers = new[] { await scripted.Peers.NextAsync(), await scripted.Peers.NextAsync() };
        foreach (var server in servers)
            await server.ReadHeadAsync();
        var waiting = scripted.GetAsync("waiting");
        await ExpectAsync(scripted.Client, ScriptedClient.Origin, x => x.Queued == 1, "the third waits");
        var pool = scripted.Client.PoolOf(ScriptedClient.Origin);
        Sys.ActorSelection(pool.Path / "1").Tell(Kill.Instance);
        var ended = await Task.WhenAny(answers).Within("one request failed");
        await Assert.ThrowsAsync<HttpClientException>(() => ended);
        await (await scripted.Peers.NextAsync()).AnswerAsync(NoContent);
        await waiting.Within("the waiting request was answered by a new connection");
        Assert.Equal(1, answers.Count(x => !x.IsCompleted));
    }

    [Fact]
    public async Task Fails_fast_while_the_origin_is_down_and_recovers_by_itself()
    {
        var clock = new FakeTimeProvider();
        var scripted = Scripted(x => x with { Tcp = TcpClientSettings.Default with { Time = clock } });
        scripted.Peers.Refusal = new SocketException((int)SocketError.ConnectionRefused);
        var first = await Assert.ThrowsAsync<HttpClientException>(() => scripted.GetAsync().Within("a failure"));
        Assert.Equal((HttpClientFailure.Connect, true), (first.Failure, first.IsUnsent));
        for (var i = 0; i < 5; i++)
        {
            var next = await Assert.ThrowsAsync<HttpClientException>(() => scripted.GetAsync().Within("a failure"));
            Assert.Equal(HttpClientFailure.OriginDown, next.Failure);
        }

        Assert.Equal(1, scripted.Peers.Attempts);
        clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<HttpClientException>(() => scripted.GetAsync().Within("a failure"));
        Assert.Equal(2, scripted.Peers.Attempts);
        scripted.Peers.Refusal = null;
        clock.Advance(TimeSpan.FromSeconds(1));
        var answer = scripted.GetAsync();
        await (await scripted.Peers.NextAsync()).AnswerAsync(NoContent);
        await answer.Within("an answer");
    }

    [Fact]
    public async Task All_pools_of_a_client_share_its_limit_and_take_idle_connections_from_each_other()
    {
        var scripted = Scripted(x => x with { MaxTotalConnections = 1 });
        var first = scripted.Client.GetAsync("http://one.test/");
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        var second = scripted.Client.GetAsync("http://two.test/");
        await ExpectAsync(scripted.Client, HttpOrigin.Of("http://two.test/"), x => x.Queued == 1, "the second waits");
        await server.WriteAsync(NoContent);
        await first.Within("the first answer");

        await (await scripted.Peers.NextAsync()).AnswerAsync(NoContent);
        await second.Within("the second answer");
        Assert.Equal("", await server.ReadToEndAsync());
    }

    [Fact]
    public async Task Close_lets_requests_finish_and_takes_no_more()
    {
        var scripted = Scripted(x => x with { MaxConnections = 1 });
        var answers = new[] { scripted.GetAsync("0"), scripted.GetAsync("1") };
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        var pool = scripted.Client.PoolOf(ScriptedClient.Origin);
        await WatchAsync(pool);
        pool.Tell(new HttpClientPoolProtocol.Close(TimeSpan.FromMinutes(1)), TestActor);
        await scripted.StatisticsAsync().Within("the pool has seen it");
        var refused = await Assert.ThrowsAsync<HttpClientException>(() => scripted.GetAsync("2").Within("a failure"));
        Assert.Equal(HttpClientFailure.PoolClosed, refused.Failure);
        await server.WriteAsync(NoContent);
        await server.AnswerAsync(NoContent);
        await Task.WhenAll(answers).Within("both answers");
        await ExpectMsgAsync<HttpClientPoolProtocol.Closed>(Waiting.Patience);
        await ExpectTerminatedAsync(pool, Waiting.Patience);
        Assert.Equal("", await server.ReadToEndAsync());
    }

    [Fact]
    public async Task Close_fails_the_rest_at_its_deadline()
    {
        var scripted = Scripted(x => x with { MaxConnections = 1 });
        var answers = new[] { scripted.GetAsync("0"), scripted.GetAsync("1") };
        await (await scripted.Peers.NextAsync()).ReadHeadAsync();
        await scripted.Client.CloseAsync(TimeSpan.Zero).Within("the client closed");
        foreach (var answer in answers)
            await Assert.ThrowsAsync<HttpClientException>(() => answer.Within("a failure"));
    }

    [Fact]
    public async Task Tells_subscribers_how_it_stands()
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync(NoContent);
        await answer.Within("an answer");
        var pool = scripted.Client.PoolOf(ScriptedClient.Origin);
        pool.Tell(new HttpClientPoolProtocol.Subscribe(TimeSpan.FromMilliseconds(20)), TestActor);
        for (var i = 0; i < 3; i++)
        {
            var now = await ExpectMsgAsync<HttpPoolStatistics>(Waiting.Patience);
            Assert.True(now is { Open: 1, Idle: 1, Requests: 1, Connections: 1, Utilisation: 0 }, now.ToString());
            Assert.True(now.TaskLatency.P99 > TimeSpan.Zero);
        }

        pool.Tell(HttpClientPoolProtocol.Unsubscribe.Instance, TestActor);
    }

    [Fact]
    public async Task Refuses_a_request_for_another_origin()
    {
        var pool = Sys.ActorOf(HttpClientPool.Props(HttpOrigin.Of("http://one.test")));
        pool.Tell(HttpRequest.Get("http://two.test/"), TestActor);
        var failure = await ExpectMsgAsync<Status.Failure>(Waiting.Patience);
        Assert.IsType<ArgumentException>(failure.Cause);
    }

    [Fact]
    public async Task Takes_the_addresses_of_a_name_in_turn_and_sets_failed_ones_aside()
    {
        var clock = new FakeTimeProvider();
        var rotation = new AddressRotation(clock);
        var (one, two) = (IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2"));
        async Task<IPAddress> FirstAsync(IPAddress? opened)
        {
            var attempt = rotation.Begin(new Fixed(one, two));
            var order = await attempt.ResolveAsync("x");
            if (opened is not null)
                attempt.Opened(new IPEndPoint(opened, 80));
            return order[0];
        }

        Assert.Equal([one, two, one], [await FirstAsync(null), await FirstAsync(null), await FirstAsync(two)]);
        Assert.Equal([two, two, two], [await FirstAsync(two), await FirstAsync(two), await FirstAsync(two)]);
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(2, new HashSet<IPAddress>([await FirstAsync(null), await FirstAsync(null)]).Count);
    }

    private sealed class Fixed(params IPAddress[] addresses) : IDnsResolver
    {
        public ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host,
            CancellationToken cancellation = default) =>
            new(addresses);
    }
}
