using System.Net;
using System.Net.Sockets;
using System.Text;
using Aleph.Actors.Tests.Support;

namespace Aleph.Actors.Tests.Udp;

/// <summary>A plain UDP socket on the loopback interface: the other side of a test.</summary>
internal sealed class UdpPeer : IDisposable
{
    public UdpPeer(IPAddress? address = null, Action<Socket>? configure = null)
    {
        address ??= IPAddress.Loopback;
        Socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        configure?.Invoke(Socket);
        Socket.Bind(new IPEndPoint(address, 0));
    }

    public Socket Socket { get; }

    public IPEndPoint EndPoint => (IPEndPoint)Socket.LocalEndPoint!;

    /// <summary>
    /// A port of the loopback interface on which nobody listens, below those that kernels give to whoever asks for any:
    /// else another test could be given it.
    /// </summary>
    public static IPEndPoint Unused()
    {
        while (true)
        {
            var endPoint = new IPEndPoint(IPAddress.Loopback, Random.Shared.Next(10_000, 32_768));
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            try
            {
                socket.Bind(endPoint);
                return endPoint;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
            }
        }
    }

    public Task SendAsync(ReadOnlyMemory<byte> payload, EndPoint to) =>
        Socket.SendToAsync(payload, SocketFlags.None, to).AsTask().Within("a datagram was sent");

    public Task SendAsync(string text, EndPoint to) => SendAsync(Encoding.ASCII.GetBytes(text), to);

    /// <summary>The next datagram.</summary>
    public async Task<Datagram> ReceiveAsync(string what = "a datagram came")
    {
        var buffer = new byte[70_000];
        var any = new IPEndPoint(
            Socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        var result = await Socket.ReceiveFromAsync(buffer, any).Within(what);
        return new Datagram(result.RemoteEndPoint, buffer.AsMemory(0, result.ReceivedBytes));
    }

    public async Task<string> ReceiveTextAsync(string what = "a datagram came") =>
        Encoding.ASCII.GetString((await ReceiveAsync(what)).Payload.Span);

    public void Dispose() => Socket.Dispose();
}
