using System.Diagnostics;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>A peer that reads nothing for a whole minute of the clock, on a server that sets it no limit.</summary>
public sealed class MinuteStallTests
{
    private const int Size = 20_000_000;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_minute_without_reading_costs_one_peer_time_and_five_hundred_others_nothing()
    {
        await using var host = await HttpHost.StartAsync(SlowReaderTests.BigAsync, HttpServerSettings.Default with
        {
            ResponseStallTimeout = null,
            MinResponseDataRate = null,
        });
        using var stalled = await Pacing.ConnectNarrowAsync(host.EndPoint);
        await stalled.SendAsync(RawClient.Bytes($"GET /{Size} HTTP/1.1|Host: a|Connection: close||"));
        var head = await stalled.ReadResponseAsync(toHead: true).Within("the head");
        Assert.Equal(Size.ToString(System.Globalization.CultureInfo.InvariantCulture), head["Content-Length"]);
        var begin = Stopwatch.GetTimestamp();
        var others = new List<RawClient>();
        for (var i = 0; i < 500; i++)
            others.Add(await RawClient.ConnectAsync(host.EndPoint));

        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(3));
        var rounds = 0;
        for (; Stopwatch.GetElapsedTime(begin) < Minute; rounds++)
        {
            await Task.WhenAll(others.Select(SlowReaderTests.AskAsync)).Within($"five hundred answers, round {rounds}");
            var statistics = await host.StatisticsAsync();
            Assert.InRange(statistics.BufferedBytes, 0, 1024 * 1024);
            await timer.WaitForNextTickAsync();
        }

        // On a machine that is busy with other tests a round may take longer than its tick.
        Assert.InRange(rounds, 5, 21);
        Assert.Equal(501, (await host.Binding.GetStatisticsAsync()).Open);
        Assert.Equal(0, (await host.StatisticsAsync()).TimedOut);
        var rest = await stalled.DrainAsync().Within("the rest of the answer");
        Assert.Equal(ConnectionFate.Closed, stalled.Fate);
        Assert.Equal(Size, rest);
        others.ForEach(x => x.Dispose());
    }
}
