using System.Diagnostics;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>Peers that are slow, on purpose or not: the first are cut off in time, the second are not.</summary>
public sealed class SlowPeerTests
{
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private static readonly HttpServerSettings Impatient = HttpServerSettings.Default with
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
        await using var host = await HttpHost.StartAsync(Impatient with { RequestHeadersTimeout = TimeSpan.FromSeconds(3) });
        var clients = new List<RawClient>();
        for (var i = 0; i < 500; i++)
        {
            clients.Add(await RawClient.ConnectAsync(host.EndPoint));
            await clients[i].SendAsync(RawClient.Bytes("GET / HT"));
        }

        await host.AnswersAsync(TimeSpan.FromSeconds(1));
        foreach (var client in clients)
        {
            var answer = Assert.Single(await client.ReadToEndAsync());
            Assert.Equal(408, answer.Status);
            client.Dispose();
        }
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
        await using var host = await HttpHost.StartAsync(Impatient);
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
        await using var host = await HttpHost.StartAsync(Impatient);
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes(begin));
        var began = Stopwatch.GetTimestamp();
        var drops = client.SendSlowlyAsync(RawClient.Bytes(new string(drip, 60)), TimeSpan.FromMilliseconds(100));
        var answer = Assert.Single(await client.ReadToEndAsync());

        Assert.Equal(408, answer.Status);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(4));
        client.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(async () => Assert.True(await drops, "sending ended"));
    }

    [Fact]
    public async Task A_reader_that_reads_nothing_is_cut_off()
    {
        await using var host = await HttpHost.StartAsync(BigAsync, Impatient with { MinResponseDataRate = null });
        using var client = await Pacing.ConnectNarrowAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET /100000000 HTTP/1.1|Host: a||"));
        await Pacing.UntilAsync(
            async () => (await host.Binding.GetStatisticsAsync()).Open == 0,
            "the stalled connection was ended",
            TimeSpan.FromSeconds(4));
        Assert.Equal(0, (await host.StatisticsAsync()).BufferedBytes);
        await host.AnswersAsync(TimeSpan.FromSeconds(1));
    }

    [Theory]
    [InlineData("1.1", "keep-alive")]
    [InlineData("1.1", "close")]
    public async Task A_slow_reader_that_still_reads_is_served(string version, string connection)
    {
        await using var host = await HttpHost.StartAsync(BigAsync, Impatient);
        using var client = await Pacing.ConnectNarrowAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes($"GET /50000000 HTTP/{version}|Host: a|Connection: {connection}||"));
        var read = await client.ReadSlowlyAsync(5_000, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(6));

        Assert.Null(client.Fate);
        Assert.InRange(read, 300_000, 2_000_000);
        Assert.True(await client.DrainAsync() + read > 50_000_000, $"the answer was cut: {client.Fate}");
    }

    [Theory]
    [InlineData("GET /3000000 HTTP/1.1|Host: a|Connection: close||")]
    [InlineData("GET /3000000 HTTP/1.0||")]
    [InlineData("POST /3000000 HTTP/1.1|Host: a|Content-Length: 100|Expect: 100-continue||")]
    public async Task The_end_of_an_answer_waits_for_a_slow_reader(string request)
    {
        var settings = Impatient with
        {
            Tcp = TcpSettings.Default with
            {
                Connection = ConnectionSettings.Default with { LingerTimeout = TimeSpan.FromSeconds(1) },
            },
        };
        await using var host = await HttpHost.StartAsync(BigAsync, settings);
        using var client = await Pacing.ConnectNarrowAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes(request));
        var read = await client.ReadSlowlyAsync(5_000, TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(5));

        Assert.Null(client.Fate);
        var all = read + await client.DrainAsync();
        Assert.Equal(ConnectionFate.Closed, client.Fate);
        Assert.True(all > 3_000_000, $"only {all} bytes came");
    }

    [Fact]
    public async Task Requests_without_reading_answers_are_held_back()
    {
        await using var host = await HttpHost.StartAsync(BigAsync, Impatient with { ResponseStallTimeout = null });
        using var client = await Pacing.ConnectNarrowAsync(host.EndPoint);
        var requests = RawClient.Bytes(string.Concat(Enumerable.Repeat("GET /100000 HTTP/1.1|Host: a||", 1000)));
        long sent = 0;
        var sender = SendAllAsync();
        await Pacing.UntilQuietAsync(() => host.Seen.Count + Volatile.Read(ref sent));

        Assert.InRange(host.Seen.Count, 1, 100);
        Assert.InRange((await host.StatisticsAsync()).BufferedBytes, 0, 2 * 1024 * 1024);
        await host.AnswersAsync(TimeSpan.FromSeconds(1));
        client.Reset();
        await sender.Within("sending ended with the connection");

        async Task SendAllAsync()
        {
            try
            {
                for (var i = 0; i < 100; i++)
                    Volatile.Write(ref sent, sent + await client.Socket.SendAsync(requests));
            }
            catch (Exception e) when (e is System.Net.Sockets.SocketException or ObjectDisposedException)
            {
                Volatile.Write(ref sent, -1);
            }
        }
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

    private static ValueTask<HttpResponse> BigAsync(HttpRequest request) =>
        new(long.TryParse(request.Path[1..], out var size)
            ? HttpResponse.Of(HttpBody.From(new ZeroStream(size), size))
            : HttpResponse.Text("ok"));
}
