using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Transports.Sockets;

namespace Aleph.Actors.Tests.Support;

/// <summary>The far end of a connection under test.</summary>
internal interface IWirePeer : IDisposable
{
    Task WriteAsync(ReadOnlyMemory<byte> bytes);

    Task<int> ReadAsync(Memory<byte> to);

    void HalfClose();

    void Reset();
}

internal static class WirePeers
{
    public static async Task<byte[]> ReadExactlyAsync(this IWirePeer peer, int count)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var read = await peer.ReadAsync(bytes.AsMemory(done)).Within($"byte {done} of {count} arrived");
            if (read == 0)
                throw new EndOfStreamException($"closed after {done} of {count}");
            done += read;
        }

        return bytes;
    }

    public static async Task<byte[]> ReadToEndAsync(this IWirePeer peer)
    {
        var all = new MemoryStream();
        var bytes = new byte[64 * 1024];
        while (await peer.ReadAsync(bytes).Within("the connection was closed") is var read and > 0)
            all.Write(bytes, 0, read);
        return all.ToArray();
    }
}

/// <summary>How to make the two ends: by a socket pair on loopback, or in memory.</summary>
internal interface IWire
{
    /// <summary>Called first, with the actor system of the connections under test.</summary>
    void Use(ActorSystem system)
    {
    }

    Task<(ITransport Transport, IWirePeer Peer)> ConnectAsync(ConnectionSettings settings, TimeProvider time);
}

internal sealed class SocketWire : IWire
{
    public async Task<(ITransport Transport, IWirePeer Peer)> ConnectAsync(
        ConnectionSettings settings, TimeProvider time)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(16);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await client.ConnectAsync(listener.LocalEndPoint!);
        var server = await listener.AcceptAsync();
        server.NoDelay = true;
        return (new SocketTransport(server, settings, time), new SocketPeer(client));
    }
}

internal sealed class SocketPeer(Socket socket) : IWirePeer
{
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[await socket.SendAsync(bytes)..];
    }

    public Task<int> ReadAsync(Memory<byte> to) => socket.ReceiveAsync(to).AsTask();

    public void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();
}

internal sealed class MemoryWire(MemoryTransportOptions options) : IWire
{
    public Task<(ITransport Transport, IWirePeer Peer)> ConnectAsync(ConnectionSettings settings, TimeProvider time)
    {
        var (transport, peer) = MemoryTransport.CreateWithPeer(options);
        return Task.FromResult<(ITransport, IWirePeer)>((transport, new Peer(peer)));
    }

    private sealed class Peer(MemoryPeer peer) : IWirePeer
    {
        public Task WriteAsync(ReadOnlyMemory<byte> bytes) => peer.WriteAsync(bytes);

        public Task<int> ReadAsync(Memory<byte> to) => peer.ReadAsync(to);

        public void HalfClose() => peer.HalfClose();

        public void Reset() => peer.Reset();

        public void Dispose()
        {
        }
    }
}
