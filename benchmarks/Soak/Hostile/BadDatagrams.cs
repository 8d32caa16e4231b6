using System.Net;
using System.Net.Sockets;

namespace Soak.Hostile;

/// <summary>Empty and largest datagrams of a socket that is gone when the answers come.</summary>
internal sealed class BadDatagrams(IPEndPoint server) : IAttack
{
    private const int Count = 5;
    private const int Largest = 65_507;

    public string Name => "datagrams of a socket that is gone";

    public string Target => "udp";

    public async Task RunAsync(Random random)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (var i = 0; i < Count; i++)
        {
            var length = random.Next(3) switch { 0 => 0, 1 => Largest, _ => random.Next(1000) };
            await socket.SendToAsync(new byte[length], server);
        }
    }
}
