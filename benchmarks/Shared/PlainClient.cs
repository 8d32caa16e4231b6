using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Benchmarks;

/// <summary>A plain socket as a client, and the load of small messages that several benchmarks share.</summary>
internal static class PlainClient
{
    private const int MessageSize = 64;

    /// <summary>
    /// Messages of 64 bytes, one under way on each connection. Answers how many came back, and in what time.
    /// </summary>
    /// <param name="server">Sends everything back.</param>
    /// <param name="connections">How many.</param>
    /// <param name="seconds">For how long.</param>
    /// <param name="first">The first byte of each message.</param>
    public static async Task<(long Count, TimeSpan Time)> EchoAsync(
        EndPoint server, int connections, double seconds, byte first = 0)
    {
        var begin = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(RunAsync)));
        return (counts.Sum(), Stopwatch.GetElapsedTime(begin));

        async Task<long> RunAsync()
        {
            using var socket = await ConnectAsync(server);
            var message = new byte[MessageSize];
            message[0] = first;
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

    public static async Task<Socket> ConnectAsync(EndPoint server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server);
        return socket;
    }

    /// <summary>At least one byte.</summary>
    /// <exception cref="IOException">The server ended.</exception>
    public static async Task<int> ReceiveAsync(Socket socket, Memory<byte> to)
    {
        var count = await socket.ReceiveAsync(to);
        return count > 0 ? count : throw new IOException("The server ended too early.");
    }
}
