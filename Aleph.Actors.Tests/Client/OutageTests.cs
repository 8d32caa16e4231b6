using System.Collections.Concurrent;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>An origin that goes away under load, and comes back.</summary>
public sealed class OutageTests : ClientHarness
{
    // How long it is away changes nothing but how often it is looked for: the longest rest is set to less than that.
    private const int LeastFailures = 2000;

    [Fact]
    public async Task An_origin_that_is_down_under_load_costs_typed_failures_and_nothing_after_it()
    {
        var handler = HttpServerHandler.Of(_ => HttpResponse.Text("here"));
        var port = LastingPort.Find().Port;
        var server = await Sys.Http().ServeAsync(port, handler);
        var client = Sys.Http().CreateClient(HttpPoolSettings.Default with
        {
            MaxConnections = 4,
            QueueSize = 8,
            MinBackoff = TimeSpan.FromMilliseconds(10),
            MaxBackoff = TimeSpan.FromMilliseconds(50),
        });
        var url = UrlOf(server);
        var origin = HttpOrigin.Of(url);
        var failures = new ConcurrentDictionary<HttpClientFailure, int>();
        var (answered, failed, queued) = (0, 0, 0);
        using var end = new CancellationTokenSource();
        var load = Enumerable.Range(0, 16).Select(async _ =>
        {
            while (!end.IsCancellationRequested)
            {
                try
                {
                    using var response = await client.GetAsync(url);
                    Assert.Equal("here", await response.ReadTextAsync());
                    Interlocked.Increment(ref answered);
                }
                catch (HttpClientException failure)
                {
                    failures.AddOrUpdate(failure.Failure, 1, (_, count) => count + 1);
                    Interlocked.Increment(ref failed);
                    await Task.Yield();
                }
            }
        }).ToArray();
        await UntilAsync(() => Volatile.Read(ref answered) >= 100, "the load runs");
        await server.DisposeAsync();
        var goal = Volatile.Read(ref failed) + LeastFailures;
        await UntilAsync(() => Volatile.Read(ref failed) >= goal, "requests fail while it is down");
        var back = await Sys.Http().ServeAsync(port, handler);
        var before = Volatile.Read(ref answered);
        await UntilAsync(() => Volatile.Read(ref answered) >= before + 1000, "requests are answered again");
        await end.CancelAsync();
        await Task.WhenAll(load).Within("the load ended");

        // One for each connection that is being made, and as many as the queue takes.
        Assert.InRange(queued, 0, 4 + 8);
        Assert.Empty(failures.Keys.Except([
            HttpClientFailure.OriginDown, HttpClientFailure.Connect, HttpClientFailure.ConnectionEnded,
            HttpClientFailure.QueueFull]));
        Assert.True(failures.ContainsKey(HttpClientFailure.OriginDown));
        var now = await ExpectAsync(
            client, origin, x => x is { Active: 0, Queued: 0, Connecting: 0 }, "nothing is under way");
        Assert.InRange(now.Open, 1, 4);
        await back.DisposeAsync();

        async Task UntilAsync(Func<bool> isSo, string what)
        {
            using var limit = new CancellationTokenSource(Waiting.Patience);
            while (!isSo())
            {
                Assert.False(limit.IsCancellationRequested, $"Did not happen: {what}");
                queued = Math.Max(queued, (await client.GetStatisticsAsync(origin)!.Within("statistics")).Queued);
            }
        }
    }
}
