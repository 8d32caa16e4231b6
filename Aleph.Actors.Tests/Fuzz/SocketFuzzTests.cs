using System.Diagnostics;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Fuzz;

/// <summary>
/// Mutated requests over sockets, in random segments: an answer or an end each, and a server that stays well.
/// </summary>
public sealed class SocketFuzzTests
{
    private const int Rounds = 30;

    private static readonly TimeSpan Time = TimeSpan.FromSeconds(4);

    private static readonly byte[][] Corpus =
    [
        .. StrictnessCase.All.Values.Select(x => x.Wire).Where(x => x.Length < 2000).Select(RawClient.Bytes),
        RawClient.Bytes("POST /a HTTP/1.1|Host: a|Transfer-Encoding: chunked|Trailer: x||3;e=\"v\"|abc|0|x: y||"),
        RawClient.Bytes(
            "GET /a HTTP/1.1|Host: a||GET /b HTTP/1.1|Host: a||PUT /c HTTP/1.1|Host: a|Content-Length: 3||abc"),
        RawClient.Bytes("POST /a HTTP/1.1|Host: a|Expect: 100-continue|Content-Length: 3||abc"),
        RawClient.Bytes("CONNECT a:1 HTTP/1.1|Host: a:1||"),
        RawClient.Bytes("GET / HTTP/1.1|Host: a|Connection: upgrade|Upgrade: websocket||"),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Mutated_requests_are_answered_or_ended(int seed)
    {
        await using var host = await HttpHost.StartAsync(HttpServerSettings.Default with
        {
            RequestHeadersTimeout = TimeSpan.FromSeconds(2),
            DataRateGracePeriod = TimeSpan.FromSeconds(1),
        });
        var begin = Stopwatch.GetTimestamp();
        var workers = Enumerable.Range(0, 4)
            .Select(x => Task.Run(() => WorkAsync(host, new Random((seed * 100) + x), begin)));
        await Task.WhenAll(workers);

        await host.AnswersAsync(Waiting.Patience);
        await Pacing.UntilAsync(
            async () => await host.StatisticsAsync() is { ActiveRequests: 0, BufferedBytes: 0, Connections.Open: 0 },
            "nothing was left of the connections");
    }

    // For a time, and as many rounds as are worth it on a machine that has little of it.
    private static async Task WorkAsync(HttpHost host, Random random, long begin)
    {
        for (var round = 0; round < Rounds || Stopwatch.GetElapsedTime(begin) < Time; round++)
        {
            var bytes = Mutate(Corpus[random.Next(Corpus.Length)], random);
            try
            {
                await RoundAsync(host, bytes, random);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Round with {Wire.Show(bytes)}", e);
            }
        }
    }

    private static async Task RoundAsync(HttpHost host, byte[] bytes, Random random)
    {
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        for (var at = 0; at < bytes.Length;)
        {
            var next = Math.Min(bytes.Length, at + 1 + random.Next(random.Next(2) == 0 ? 8 : bytes.Length));
            if (!await client.SendAsync(bytes.AsMemory(at, next - at)))
                break;
            at = next;
        }

        if (random.Next(8) == 0)
        {
            client.Reset();
            return;
        }

        if (client.Fate is null)
            client.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
        await client.DrainAsync();
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var times = random.Next(4); times > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.Insert(at, "\r\n\0: ;,\"0fF\t"u8[random.Next(12)]);
                    break;
                case 2 when bytes.Count > 1:
                    bytes.RemoveAt(at);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, random.Next(bytes.Count - at)));
                    break;
                default:
                    bytes.InsertRange(at, Corpus[random.Next(Corpus.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }
}
