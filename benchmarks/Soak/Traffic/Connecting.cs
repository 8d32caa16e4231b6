using System.Net;
using System.Net.Sockets;

namespace Soak.Traffic;

/// <summary>The ways to a server of bytes.</summary>
internal static class Connecting
{
    /// <summary>A plain socket.</summary>
    public static async Task<Stream> PlainAsync(EndPoint server, CancellationToken cancellation)
    {
        var isUnix = server is UnixDomainSocketEndPoint;
        var socket = new Socket(
            server.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(server, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
