using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TcpLoad;

/// <summary>What plain sockets do to a server. The first byte of a connection says what it wants.</summary>
/// <param name="Name">Of its rows.</param>
/// <param name="Unit">What is counted, a second.</param>
/// <param name="RunAsync">Does it; answers how many units it was.</param>
internal sealed record Load(string Name, string Unit, Func<EndPoint, Options, Task<double>> RunAsync)
{
    private const int MessageSize = 64;
    private const int BlockSize = 64 * 1024;

    public static IReadOnlyList<Load> All { get; } =
    [
        new("echo64-1", "/s", (server, options) => EchoAsync(server, 1, options.Seconds)),
        new("echo64-32", "/s", (server, options) => EchoAsync(server, 32, options.Seconds)),
        new("echo64-256", "/s", (server, options) => EchoAsync(server, 256, options.Seconds)),
        new("bulk", "MiB/s", (server, options) => BulkAsync(server, options.Mib)),
        new("bulk-both", "MiB/s", (server, options) => BulkBothAsync(server, options.Mib)),
    ];

    /// <summary>Messages of 64 bytes, one under way on each connection. Answers how many came back.</summary>
    private static async Task<double> EchoAsync(EndPoint server, int connections, double seconds)
    {
        var begin = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(RunAsync)));
        return counts.Sum();

        async Task<long> RunAsync()
        {
            using var socket = await ConnectAsync(server);
            var message = new byte[MessageSize];
            message[0] = Servers.Echo;
            long count = 0;
            for (; Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds; count++)
            {
                await socket.SendAsync(message);
                for (var got = 0; got < MessageSize;)
                    got += await ReceiveAsync(socket, message.AsMemory(got));
            }

            return count;
        }
    }

    /// <summary>So much one way on one connection, until the server says that it has all.</summary>
    private static async Task<double> BulkAsync(EndPoint server, int mib)
    {
        using var socket = await ConnectAsync(server);
        await SendAsync(socket, Servers.Swallow, mib);
        await ReceiveAsync(socket, new byte[1]);
        return mib;
    }

    /// <summary>So much there and back at the same time on one connection.</summary>
    private static async Task<double> BulkBothAsync(EndPoint server, int mib)
    {
        using var socket = await ConnectAsync(server);
        var sending = Task.Run(() => SendAsync(socket, Servers.EchoBulk, mib));
        var block = new byte[BlockSize];
        for (var left = (long)mib << 20; left > 0;)
            left -= await ReceiveAsync(socket, block);
        await sending;
        return mib;
    }

    private static async Task SendAsync(Socket socket, byte wish, int mib)
    {
        var block = new byte[BlockSize];
        block[0] = wish;
        for (var left = (long)mib << 20; left > 0;)
            left -= await socket.SendAsync(block.AsMemory(0, (int)Math.Min(BlockSize, left)));
        socket.Shutdown(SocketShutdown.Send);
    }

    private static async Task<Socket> ConnectAsync(EndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        return socket;
    }

    private static async Task<int> ReceiveAsync(Socket socket, Memory<byte> to)
    {
        var count = await socket.ReceiveAsync(to);
        return count > 0 ? count : throw new IOException("The server ended too early.");
    }
}
