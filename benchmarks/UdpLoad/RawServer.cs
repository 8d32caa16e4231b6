using System.Net;
using System.Net.Sockets;

namespace UdpLoad;

/// <summary>What to compare with: an echo on a plain socket, as fast as a loop with await can be written.</summary>
internal static class RawServer
{
    public static async Task RunAsync()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Console.WriteLine($"Listening on {socket.LocalEndPoint}");
        var buffer = new byte[65_536];
        var from = new SocketAddress(AddressFamily.InterNetwork);
        while (true)
        {
            var count = await socket.ReceiveFromAsync(buffer, SocketFlags.None, from);
            await socket.SendToAsync(buffer.AsMemory(0, count), SocketFlags.None, from);
        }
    }
}
