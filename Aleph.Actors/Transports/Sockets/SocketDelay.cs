using System.Net.Sockets;

namespace Aleph.Actors.Transports.Sockets;

/// <summary>
/// Switches off that the kernel gathers small sends: the output buffer does that already. Done before users see a
/// socket, so that they can switch it on again.
/// </summary>
internal static class SocketDelay
{
    public static void TurnOff(Socket socket)
    {
        if (socket.ProtocolType != ProtocolType.Tcp)
            return;
        try
        {
            socket.NoDelay = true;
        }
        catch (SocketException)
        {
            // Its peer is gone already on some systems; the first receive tells.
        }
    }
}
