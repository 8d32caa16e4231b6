using System.Net;
using System.Net.Sockets;
using Benchmarks;

namespace TcpLoad;

/// <summary>What plain sockets do to a server. The first byte of a connection says what it wants.</summary>
/// <param name="Name">Of its rows.</param>
/// <param name="Unit">What is counted, a second.</param>
/// <param name="RunAsync">Does it; answers how many units it was.</param>
internal sealed record Load(string Name, string Unit, Func<EndPoint, Options, Task<double>> RunAsync)
{
    private const int BlockSize = 64 * 1024;

    public static IReadOnlyList<Load> All { get; } =
    [
        new("echo64-1", "/s", (server, options) => EchoAsync(server, 1, options.Seconds)),
        new("echo64-32", "/s", (server, options) => EchoAsync(server, 32, options.Seconds)),
        new("echo64-256", "/s", (server, options) => EchoAsync(server, 256, options.Seconds)),
        new("bulk", "MiB/s", (server, options) => BulkAsync(server, options.Mib)),
        new("bulk-both", "MiB/s", (server, options) => BulkBothAsync(server, options.Mib)),
    ];

    private static async Task<double> EchoAsync(EndPoint server, int connections, double seconds) =>
        (await PlainClient.EchoAsync(server, connections, seconds, Servers.Echo)).Count;

    /// <summary>So much one way on one connection, until the server says that it has all.</summary>
    private static async Task<double> BulkAsync(EndPoint server, int mib)
    {
        using var socket = await PlainClient.ConnectAsync(server);
        await SendAsync(socket, Servers.Swallow, mib);
        await PlainClient.ReceiveAsync(socket, new byte[1]);
        return mib;
    }

    /// <summary>So much there and back at the same time on one connection.</summary>
    private static async Task<double> BulkBothAsync(EndPoint server, int mib)
    {
        using var socket = await PlainClient.ConnectAsync(server);
        var sending = Task.Run(() => SendAsync(socket, Servers.EchoBulk, mib));
        var block = new byte[BlockSize];
        for (var left = (long)mib << 20; left > 0;)
            left -= await PlainClient.ReceiveAsync(socket, block);
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
}
