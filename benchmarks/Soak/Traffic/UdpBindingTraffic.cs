using System.Net;
using Akka.Actor;
using Aleph.Actors;

namespace Soak.Traffic;

/// <summary>The same by our sockets; each user closes its socket now and then and opens another.</summary>
internal sealed class UdpBindingTraffic(ActorSystem system, IPEndPoint server) : ITraffic
{
    private const int LongestDatagram = 8 * 1024;
    private const int MostDatagrams = 100;

    public string Name => "UDP echo, our sockets";

    public int Users => 3;

    public async Task RunAsync(User user)
    {
        while (await user.NextAsync())
        {
            await using var socket = await system.AlephUdp().ConnectAsync(server);
            for (var left = user.Random.Next(1, MostDatagrams); left > 0 && await user.NextAsync(); left--)
            {
                var (seed, length) = (user.Random.NextInt64(), user.Random.Next(8, LongestDatagram));
                await user.ExchangeAsync("udp", token => EchoAsync(socket, seed, length, token));
            }
        }
    }

    private async Task EchoAsync(UdpBinding socket, long seed, int length, CancellationToken cancellation)
    {
        var sent = Payload.Bytes(seed, length);
        await Resending.UntilAnsweredAsync(
            () => socket.SendAsync(new Datagram(server, sent), cancellation), ReceiveAsync, cancellation);

        async Task ReceiveAsync(CancellationToken isOver)
        {
            Datagram came;
            do
                came = await socket.ReceiveAsync(isOver);

            // The answer to one that was cancelled, or sent again, may still come.
            while (!came.Payload.Span[..8].SequenceEqual(sent.AsSpan(0, 8)));
            Payload.Check(came.Payload.Span, seed, length);
        }
    }
}
