using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace TcpStreamLoad;

/// <summary>Plain sockets that load a server and say how much it did a second.</summary>
internal static class Loads
{
    private const int MessageSize = 64;
    private const int BlockSize = 64 * 1024;

    /// <summary>Messages of 64 bytes, one under way on each connection. Answers echoes a second.</summary>
    public static async Task<double> EchoAsync(EndPoint server, int connections, double seconds)
    {
        var begin = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(RunAsync)));
        return counts.Sum() / Stopwatch.GetElapsedTime(begin).TotalSeconds;

        async Task<long> RunAsync()
        {
            using var socket = await ConnectAsync(server);
            var message = new byte[MessageSize];
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

    /// <summary>As much as goes one way on one connection. Answers MiB a second.</summary>
    public static async Task<double> BulkAsync(EndPoint server, double seconds)
    {
        using var socket = await ConnectAsync(server);
        var block = new byte[BlockSize];
        var begin = Stopwatch.GetTimestamp();
        long sent = 0;
        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
            sent += await socket.SendAsync(block);
        socket.Shutdown(SocketShutdown.Send);
        await ReceiveAsync(socket, block);
        return sent / Stopwatch.GetElapsedTime(begin).TotalSeconds / (1 << 20);
    }

    /// <summary>As much as comes back of what goes there, both at once. Answers MiB a second one way.</summary>
    public static async Task<double> BulkEchoAsync(EndPoint server, double seconds)
    {
        using var socket = await ConnectAsync(server);
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

    private static async Task<Socket> ConnectAsync(EndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        return socket;
    }

    private static async Task<int> ReceiveAsync(Socket socket, Memory<byte> to)
    {
        var count = await socket.ReceiveAsync(to);
        return count > 0 ? count : throw new IOException("The server ended.");
    }
}
