using System.Diagnostics;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>Peers whose requests come too slowly: cut off in time, and a burden to nobody.</summary>
public sealed class SlowPeerTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    internal static HttpServerSettings Impatient { get; } = HttpServerSettings.Default with
    {
        RequestHeadersTimeout = Short,
        KeepAliveTimeout = Short,
        DataRateGracePeriod = Short,
        ResponseStallTimeout = Short,
        DrainRequestTimeout = Short,
    };

    [Fact]
    public async Task Five_hundred_unfinished_heads_hinder_nobody_and_end()
    {
        await using var host = await HttpHost.StartAsync(
            Impatient with { RequestHeadersTimeout = TimeSpan.FromSeconds(10) });
        var clients = new List<RawClient>();
        for (var i = 0; i < 500; i++)
        {
            clients.Add(await RawClient.ConnectAsync(host.EndPoint));
            await clients[i].SendAsync(RawClient.Bytes("GET / HT"));
        }

        await host.AnswersAsync(Waiting.Patience);
        Assert.InRange((await host.Binding.GetStatisticsAsync()).Open, 500, 501);
        foreach (var client in clients)
        {
            var answer = Assert.Single(await client.ReadToEndAsync());
            Assert.Equal(408, answer.Status);
            client.Dispose();
        }
    }

    [Fact]
    public async Task Five_hundred_contents_that_drip_hinder_nobody_and_end()
    {
        await using var host = await HttpHost.StartAsync(Impatient with { RequestHeadersTimeout = null });
        var clients = new List<RawClient>();
        for (var i = 0; i < 500; i++)
        {
            clients.Add(await RawClient.ConnectAsync(host.EndPoint));
            await clients[i].SendAsync(RawClient.Bytes("POST / HTTP/1.1|Host: a|Content-Length: 10000||x"));
        }

        var drips = clients.Select(x => x.SendSlowlyAsync(new byte[1000], TimeSpan.FromSeconds(1))).ToArray();
        await host.AnswersAsync(Waiting.Patience);
        foreach (var client in clients)
            Assert.Equal(408, (await client.ReadResponseAsync()).Status);
        Assert.All(await Task.WhenAll(drips).Within("all connections ended"), Assert.False);
        clients.ForEach(x => x.Dispose());
        Assert.Equal(500, (await host.StatisticsAsync()).TimedOut);
        Assert.Equal(0, (await host.StatisticsAsync()).BufferedBytes);
    }

    [Fact]
    public async Task A_silent_connection_is_closed_without_an_answer()
    {
        await using var host = await HttpHost.StartAsync(Impatient);
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        Assert.Empty(await client.ReadToEndAsync());
        Assert.Equal(ConnectionFate.Closed, client.Fate);
    }

    [Fact]
    public async Task An_idle_connection_is_closed_after_its_answer()
    {
        await using var host = await HttpHost.StartAsync(Impatient with { RequestHeadersTimeout = null });
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
        Assert.Single(await client.ReadToEndAsync());
        Assert.Equal(ConnectionFate.Closed, client.Fate);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1|Host: a|X: ", 'x')]
    [InlineData("POST / HTTP/1.1|Host: a|Content-Length: 1000||", 'x')]
    [InlineData("POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||", '0')]
    [InlineData("POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||5;", 'e')]
    public async Task A_request_of_some_bytes_a_second_is_cut_off(string begin, char drip)
    {
        await using var host = await HttpHost.StartAsync(
            Impatient with { RequestHeadersTimeout = TimeSpan.FromSeconds(3) });
        var began = Stopwatch.GetTimestamp();
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes(begin));
        var drops = client.SendSlowlyAsync(RawClient.Bytes(new string(drip, 600)), TimeSpan.FromMilliseconds(100));
        var answer = Assert.Single(await client.ReadToEndAsync());

        Assert.Equal(408, answer.Status);

        // The drops take a minute: a time that each of them began anew would run out after the last.
        Assert.False(drops.IsCompletedSuccessfully && await drops, "all drops were taken");
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(0.5), Waiting.Patience);
        client.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(async () => Assert.True(await drops, "sending ended"));
    }

    [Fact]
    public async Task A_megabyte_of_empty_lines_is_refused()
    {
        await using var host = await HttpHost.StartAsync();
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        var flood = string.Concat(Enumerable.Repeat("\r\n", 500_000));
        await client.SendAsync(RawClient.Bytes(flood + "GET /smuggled HTTP/1.1|Host: a||"));
        var answer = Assert.Single(await client.ReadToEndAsync().Within(TimeSpan.FromSeconds(10), "an end"));
        Assert.Equal(400, answer.Status);
        Assert.Empty(host.Seen);
    }
}
