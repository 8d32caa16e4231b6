using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Benchmarks;

namespace TcpStreamLoad;

/// <summary>Plain sockets that load a server and say how much it did a second.</summary>
internal static class Loads
{
    private const int BlockSize = 64 * 1024;

    /// <summary>Messages of 64 bytes, one under way on each connection. Answers echoes a second.</summary>
    public static async Task<double> EchoAsync(EndPoint server, int connections, double seconds)
    {
        var (count, time) = await PlainClient.EchoAsync(server, connections, seconds);
        return count / time.TotalSeconds;
    }

    /// <summary>As much as goes one way on one connection. Answers MiB a second.</summary>
    public static async Task<double> BulkAsync(EndPoint server, double seconds)
    {
        using var socket = await PlainClient.ConnectAsync(server);
        var block = new byte[BlockSize];
        var begin = Stopwatch.GetTimestamp();
        long sent = 0;
        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
            sent += await socket.SendAsync(block);
        socket.Shutdown(SocketShutdown.Send);
        await PlainClient.ReceiveAsync(socket, block);
        return sent / Stopwatch.GetElapsedTime(begin).TotalSeconds / (1 << 20);
    }

    /// <summary>As much as comes back of what goes there, both at once. Answers MiB a second one way.</summary>
    public static async Task<double> BulkEchoAsync(EndPoint server, double seconds)
    {
        using var socket = await PlainClient.ConnectAsync(server);
        var begin = Stopwatch.GetTimestamp();
        var sending = SendAsync();
        var block = new byte[BlockSize];
        long received = 0;
        while (await socket.ReceiveAsync(block) is var count and > 0)
            received += count;
        await sending;
        return received / Stopwatch.GetElapsedTime(begin).TotalSeconds / (1 << 20);

        async Task SendAsync()
        {
            var bytes = new byte[BlockSize];
            while (Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
                await socket.SendAsync(bytes);
            socket.Shutdown(SocketShutdown.Send);
        }
    }
}
