using System.Net;
using System.Net.Sockets;

namespace Soak.Traffic;

/// <summary>Datagrams that come back, one at a time for each plain socket. No fault is ever planned here.</summary>
internal sealed class UdpTraffic(IPEndPoint server) : ITraffic
{
    private const int LongestDatagram = 8 * 1024;

    public string Name => "UDP echo, plain sockets";

    public int Users => 4;

    public async Task RunAsync(User user)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server);
        while (await user.NextAsync())
        {
            var (seed, length) = (user.Random.NextInt64(), user.Random.Next(8, LongestDatagram));
            await user.ExchangeAsync("udp", token => EchoAsync(socket, seed, length, token));
        }
    }

    private static async Task EchoAsync(Socket socket, long seed, int length, CancellationToken cancellation)
    {
        var sent = Payload.Bytes(seed, length);
        await Resending.UntilAnsweredAsync(
            () => socket.SendAsync(sent, cancellation).AsTask(), ReceiveAsync, cancellation);

        async Task ReceiveAsync(CancellationToken isOver)
        {
            var (bytes, count) = (new byte[LongestDatagram], 0);
            do
                count = await socket.ReceiveAsync(bytes, isOver);

            // The answer to one that was cancelled, or sent again, may still come.
            while (!bytes.AsSpan(0, 8).SequenceEqual(sent.AsSpan(0, 8)));
            Payload.Check(bytes.AsSpan(0, count), seed, length);
        }
    }
}
