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
        await socket.SendAsync(sent, cancellation);
        var bytes = new byte[LongestDatagram];
        while (true)
        {
            var count = await socket.ReceiveAsync(bytes, cancellation);

            // The answer to one that was cancelled may still come.
            if (!bytes.AsSpan(0, 8).SequenceEqual(sent.AsSpan(0, 8)))
                continue;
            Payload.Check(bytes.AsSpan(0, count), seed, length);
            return;
        }
    }
}
