using System.Net;
using Akka.Actor;
using Aleph.Actors;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>
/// Asks a multicast group until each of its services has answered; each user closes its socket now and then and opens
/// another. No fault is ever planned here.
/// </summary>
internal sealed class DiscoveryTraffic(ActorSystem system, IPEndPoint group) : ITraffic
{
    private const int LongestQuestion = 1024;
    private const int MostQuestions = 100;

    public string Name => "UDP discovery, multicast";

    public int Users => 3;

    public async Task RunAsync(User user)
    {
        while (await user.NextAsync())
        {
            await using var socket = await system.AlephUdp().BindAsync(DiscoveryServer.Settings(system));
            for (var left = user.Random.Next(1, MostQuestions); left > 0 && await user.NextAsync(); left--)
            {
                var (seed, length) = (user.Random.NextInt64(), user.Random.Next(8, LongestQuestion));
                await user.ExchangeAsync("discovery", token => AskAsync(socket, seed, length, token));
            }
        }
    }

    private async Task AskAsync(UdpBinding socket, long seed, int length, CancellationToken cancellation)
    {
        var asked = Payload.Bytes(seed, length);
        await Resending.UntilAnsweredAsync(
            () => socket.SendAsync(new Datagram(group, asked), cancellation), ReceiveAsync, cancellation);

        async Task ReceiveAsync(CancellationToken isOver)
        {
            for (var missing = Enumerable.Range(0, DiscoveryServer.Services).ToHashSet(); missing.Count > 0;)
            {
                // The answer to one that was cancelled, or sent again, may still come.
                var came = (await socket.ReceiveAsync(isOver)).Payload;
                if (!came.Span[1..9].SequenceEqual(asked.AsSpan(0, 8)))
                    continue;
                Payload.Check(came.Span[1..], seed, length);
                missing.Remove(came.Span[0]);
            }
        }
    }
}
