using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>Peers that take their time, and waiting for counters that nobody announces.</summary>
internal static class Pacing
{
    /// <summary>
    /// A connection with a receive buffer of 64 KiB, so that the peer cannot hide much from the server.
    /// </summary>
    public static Task<RawClient> ConnectNarrowAsync(EndPoint endPoint) =>
        RawClient.ConnectAsync(endPoint, socket => socket.ReceiveBufferSize = 32 * 1024);

    /// <summary>
    /// Reads at most <paramref name="bytes"/> a tick for a time, or to the end; answers how much came.
    /// </summary>
    public static async Task<long> ReadSlowlyAsync(this RawClient client, int bytes, TimeSpan tick, TimeSpan time)
    {
        using var timer = new PeriodicTimer(tick);
        var begin = Stopwatch.GetTimestamp();
        long count = 0;
        while (Stopwatch.GetElapsedTime(begin) < time && await timer.WaitForNextTickAsync())
        {
            var read = await client.ReadSomeAsync(bytes);
            if (read == 0)
                break;
            count += read;
        }

        return count;
    }

    /// <summary>Sends one byte a tick until all are sent or the server has ended the connection.</summary>
    public static async Task<bool> SendSlowlyAsync(this RawClient client, byte[] bytes, TimeSpan tick)
    {
        using var timer = new PeriodicTimer(tick);
        foreach (var value in bytes)
        {
            await timer.WaitForNextTickAsync();
            if (!await client.SendAsync(new[] { value }))
                return false;
        }

        return true;
    }

    /// <summary>Waits until a condition holds.</summary>
    /// <exception cref="TimeoutException">It did not within the limit.</exception>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? limit = null)
    {
        var begin = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(begin) > (limit ?? Support.Waiting.Patience))
                throw new TimeoutException($"Did not happen in time: {what}.");
            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Waits until a counter stands still for a while: whoever moves it is held back.</summary>
    public static async Task UntilQuietAsync(Func<long> counter, string what = "a counter stood still")
    {
        var (last, still) = (-1L, 0);
        await UntilAsync(
            () =>
            {
                var now = counter();
                still = now == last ? still + 1 : 0;
                last = now;
                return Task.FromResult(still >= 4);
            },
            what);
    }

    /// <summary>
    /// Waits until the process is quiet: what earlier tests left behind (ending actor systems, lingering sockets) is
    /// gone.
    /// </summary>
    public static Task UntilProcessIsQuietAsync() => UntilQuietAsync(
        static () => GC.GetTotalAllocatedBytes() >> 18, "what other tests left behind came to rest");
}
