using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>Peers that take their answers slowly: whoever still reads is served, whoever does not is cut off.</summary>
[Collection(AloneCollection.Name)]
public sealed class SlowReaderTests
{
    // Where the update of a closed window goes amiss, the sender's kernel asks again after 0.2, 0.6 and 1.4 s: until
    // then a peer that reads looks like one that does not.
    private static readonly TimeSpan KernelPause = TimeSpan.FromSeconds(3);

    private static readonly HttpServerSettings PatientWithKernels = SlowPeerTests.Impatient with
    {
        RequestHeadersTimeout = null,
        ResponseStallTimeout = KernelPause,
        DataRateGracePeriod = KernelPause,
    };

    [Fact]
    public async Task A_reader_that_reads_nothing_is_cut_off()
    {
        await using var host = await HttpHost.StartAsync(
            BigAsync,
            SlowPeerTests.Impatient with
            {
                RequestHeadersTimeout = null,
                MinResponseDataRate = null,
                KeepAliveTimeout = null,
            });
        using var client = await Pacing.ConnectNarrowAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET /100000000 HTTP/1.1|Host: a||"));
        await Pacing.UntilAsync(
            async () => (await host.StatisticsAsync()).TimedOut == 1, "the connection was cut off");
        await Pacing.UntilAsync(
            async () => (await host.Binding.GetStatisticsAsync()).Open == 0, "the connection was ended");
        Assert.Equal(0, (await host.StatisticsAsync()).BufferedBytes);
        await host.AnswersAsync(Waiting.Patience);
    }

    [Fact]
    public async Task Five_hundred_readers_that_read_nothing_hinder_nobody_and_end()
    {
        await using var host = await HttpHost.StartAsync(
            BigAsync,
            SlowPeerTests.Impatient with
            {
                RequestHeadersTimeout = null,
                MinResponseDataRate = null,
                KeepAliveTimeout = null,
            });
        var clients = new List<RawClient>();
        for (var i = 0; i < 500; i++)
        {
            clients.Add(await Pacing.ConnectNarrowAsync(host.EndPoint));
            await clients[i].SendAsync(RawClient.Bytes("GET /100000000 HTTP/1.1|Host: a||"));
        }

        await host.AnswersAsync(Waiting.Patience);
        await Pacing.UntilAsync(
            async () => (await host.Binding.GetStatisticsAsync()).Open == 0, "all stalled connections were ended");
        var statistics = await host.StatisticsAsync();
        Assert.Equal((500, 0), (statistics.TimedOut, statistics.BufferedBytes));
        Assert.Equal(501, host.Seen.Count);
        clients.ForEach(x => x.Dispose());
    }

    [Fact]
    public async Task One_that_stops_reading_among_five_hundred_is_cut_off_alone()
    {
        await using var host = await HttpHost.StartAsync(
            BigAsync, HttpServerSettings.Default with { ResponseStallTimeout = TimeSpan.FromSeconds(3) });
        using var stalled = await Pacing.ConnectNarrowAsync(host.EndPoint);
        await stalled.SendAsync(RawClient.Bytes("GET /100000000 HTTP/1.1|Host: a||"));
        await stalled.ReadResponseAsync(toHead: true).Within("the head");
        var others = new List<RawClient>();
        for (var i = 0; i < 500; i++)
            others.Add(await RawClient.ConnectAsync(host.EndPoint));
        await Pacing.UntilAsync(
            async () => (await host.Binding.GetStatisticsAsync()).Accepted == 501, "all were accepted");

        // The others are served all the time, before the cut and after it.
        for (var isCut = false; !isCut;)
        {
            isCut = (await host.Binding.GetStatisticsAsync()).Open == 500;
            await Task.WhenAll(others.Select(AskAsync)).Within("five hundred answers");
        }

        Assert.Equal(1, (await host.StatisticsAsync()).TimedOut);
        Assert.True(await stalled.DrainAsync().Within("the end") < 100_000_000);
        others.ForEach(x => x.Dispose());
    }

    [Theory]
    [InlineData("1.1", "keep-alive")]
    [InlineData("1.1", "close")]
    public async Task A_slow_reader_that_still_reads_is_served(string version, string connection)
    {
        await using var host = await HttpHost.StartAsync(BigAsync, PatientWithKernels);
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
        var settings = PatientWithKernels with
        {
            Tcp = TcpSettings.Default with
            {
                Connection = ConnectionSettings.Default with { LingerTimeout = KernelPause },
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
        await using var host = await HttpHost.StartAsync(
            BigAsync, SlowPeerTests.Impatient with { RequestHeadersTimeout = null, ResponseStallTimeout = null });
        using var client = await Pacing.ConnectNarrowAsync(host.EndPoint);
        var requests = RawClient.Bytes(string.Concat(Enumerable.Repeat("GET /100000 HTTP/1.1|Host: a||", 1000)));
        long sent = 0;
        var sender = SendAllAsync();
        await Pacing.UntilAsync(() => Task.FromResult(!host.Seen.IsEmpty), "the handler ran");
        await Pacing.UntilQuietAsync(() => host.Seen.Count + Volatile.Read(ref sent));

        Assert.InRange(host.Seen.Count, 1, 100);
        Assert.InRange((await host.StatisticsAsync()).BufferedBytes, 0, 2 * 1024 * 1024);
        await host.AnswersAsync(Waiting.Patience);
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

    /// <summary>Asks for a small answer of <see cref="BigAsync"/> and reads it.</summary>
    internal static async Task AskAsync(RawClient client)
    {
        await client.SendAsync(RawClient.Bytes("GET /5000 HTTP/1.1|Host: a||"));
        Assert.Equal(5000, (await client.ReadResponseAsync()).Body.Length);
    }

    /// <summary>Answers with as many bytes as the path says.</summary>
    internal static ValueTask<HttpResponse> BigAsync(HttpRequest request) =>
        new(long.TryParse(request.Path[1..], out var size)
            ? HttpResponse.Of(HttpBody.From(new ZeroStream(size), size))
            : HttpResponse.Text("ok"));
}
