using System.Net;
using System.Net.Sockets;

namespace Aleph.Actors.Tests.Support;

/// <summary>
/// A free loopback address to be bound, left and bound again. It lies below the ports that kernels give to those who
/// ask for any: else a connection of somebody else, or one of the test's own clients, could take it in between.
/// </summary>
internal static class LastingPort
{
    private const int First = 10_000;
    private const int End = 32_768;

    public static IPEndPoint Find()
    {
        for (var i = 0; i < 1000; i++)
        {
            var endPoint = new IPEndPoint(IPAddress.Loopback, Random.Shared.Next(First, End));
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(endPoint);
                return endPoint;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
            }
        }

        throw new InvalidOperationException($"No port from {First} to {End - 1} is free.");
    }
}
