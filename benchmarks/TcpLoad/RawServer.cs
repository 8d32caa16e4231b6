using System.Net;
using System.Net.Sockets;

namespace TcpLoad;

/// <summary>A plain socket and a loop with await for each connection.</summary>
internal static class RawServer
{
    public static EndPoint Start()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1024);
        _ = AcceptAsync(listener);
        return listener.LocalEndPoint!;
    }

    private static async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            var socket = await listener.AcceptAsync();
            socket.NoDelay = true;
            _ = ServeAsync(socket);
        }
    }

    private static async Task ServeAsync(Socket socket)
    {
        using var disposing = socket;
        var buffer = new byte[64 * 1024];
        byte wish = 0;
        try
        {
            while (await socket.ReceiveAsync(buffer) is var count and > 0)
            {
                if (wish == 0)
                    wish = buffer[0];
                if (wish != Servers.Swallow)
                    await socket.SendAsync(buffer.AsMemory(0, count));
            }

            if (wish == Servers.Swallow)
                await socket.SendAsync("!"u8.ToArray());
        }
        catch (SocketException)
        {
            // The client has enough.
        }
    }
}
