using System.Net.Sockets;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>
/// The contract of handlers under every failure of theirs and of their peer: the client can tell, everything that was
/// opened is closed, nothing is left, and the server serves on.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class HandlerContractTests
{
    private static readonly string[] Peers = ["stays", "closes", "half-closes", "resets", "stops reading"];

    // Longer than kernels may need to notice that a peer reads on.
    private static readonly HttpServerSettings Settings = HttpServerSettings.Default with
    {
        ResponseStallTimeout = TimeSpan.FromSeconds(3),
        MinResponseDataRate = null,
    };

    public static TheoryData<string, string> Cases()
    {
        var all = new TheoryData<string, string>();
        foreach (var fault in FaultyHandler.Faults)
        {
            foreach (var peer in Peers)
                all.Add(fault, peer);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Whatever_fails_the_client_can_tell_and_nothing_is_left(string fault, string peer)
    {
        var handler = new FaultyHandler(fault);
        await using var host = await HttpHost.StartAsync(handler.HandleAsync, Settings);
        using (var client = await Pacing.ConnectNarrowAsync(host.EndPoint))
        {
            await client.SendAsync(RawClient.Bytes("GET /fault HTTP/1.1|Host: a||"));
            await handler.Reached.Within("the handler was asked");
            await ActAsync(client, peer, handler, host);
        }

        // A reset must be noticed without any help; an end that may be a half-close is nobody's failure.
        if (peer is not "resets" && !(peer is "stops reading" && fault == FaultyHandler.NeverEnds))
            handler.Release();
        await Pacing.UntilAsync(() => IsOverAsync(host, handler), "connection, exchange and body were over");
        await host.AnswersAsync(Waiting.Patience);
    }

    private static async Task ActAsync(RawClient client, string peer, FaultyHandler handler, HttpHost host)
    {
        switch (peer)
        {
            case "closes":
                client.Socket.Close();
                break;
            case "resets":
                client.Reset();
                break;
            case "stops reading" when handler.Fault == FaultyHandler.NeverEnds:
                await Pacing.UntilAsync(
                    async () => (await host.Binding.GetStatisticsAsync()).Open == 0, "the stalled reader was cut off");
                break;
            case "half-closes":
                client.Socket.Shutdown(SocketShutdown.Send);
                handler.Release();
                await ExpectAsync(client, handler);
                Assert.Equal(0, await client.DrainAsync().Within("the end"));
                break;
            case "stays" when handler.IsEndless:
                if (handler.Fault != FaultyHandler.NeverAnswers)
                    Assert.Equal(200, (await client.ReadResponseAsync(toHead: true).Within("a head")).Status);
                break;
            case "stays":
                await ExpectAsync(client, handler);
                break;
        }
    }

    private static async Task ExpectAsync(RawClient client, FaultyHandler handler)
    {
        if (handler.IsCut)
        {
            await Assert.ThrowsAsync<EndOfStreamException>(() => client.ReadResponseAsync().Within("the cut"));
            return;
        }

        var answer = await client.ReadResponseAsync().Within("an answer");
        Assert.Equal(handler.IsEndless ? 200 : 500, answer.Status);
        Assert.DoesNotContain(
            FaultyHandler.Secret, string.Join('\n', answer.Head) + answer.Body, StringComparison.Ordinal);
    }

    private static async Task<bool> IsOverAsync(HttpHost host, FaultyHandler handler)
    {
        var statistics = await host.StatisticsAsync();
        return statistics.Connections.Open == 0 && statistics.ActiveRequests == 0 && statistics.BufferedBytes == 0
            && handler.OpenBodies == 0;
    }
}
