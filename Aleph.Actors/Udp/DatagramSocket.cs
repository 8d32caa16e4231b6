using System.Net;
using System.Net.Sockets;
using Akka.IO;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Udp;

/// <summary>
/// A bound (or sending only, or connected) UDP socket in non-blocking mode. Owned by one socket actor; its operations
/// may outlive that. Tests put others in its place.
/// </summary>
internal class DatagramSocket(Socket socket, IPEndPoint? remote) : IDisposable
{
    public Socket Socket => socket;

    /// <summary>The one peer, if connected.</summary>
    public IPEndPoint? Remote { get; } = remote is null ? null : PeerCache.Show(remote);

    /// <summary>Where it is bound; port 0 before the first send of one that only sends.</summary>
    public IPEndPoint LocalEndPoint => socket.LocalEndPoint is IPEndPoint local
        ? PeerCache.Show(local)
        : new IPEndPoint(socket.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);

    /// <summary>Makes, configures, binds and connects. Fails with what the system or a callback threw.</summary>
    public static DatagramSocket Open(
        UdpSettings settings, IPEndPoint? remote, IReadOnlyList<Inet.SocketOption> options)
    {
        var family = Family(settings, remote);
        var creator = options.OfType<Inet.DatagramChannelCreator>().FirstOrDefault() ?? new();
        var socket = creator.Create(family);
        try
        {
            Configure(socket, settings, options);
            if (settings.EndPoint is { } local)
                socket.Bind(Fit(local, socket));
            if (remote is not null)
                socket.Connect(Fit(remote, socket));
            AfterBind(socket, remote is not null, options);
            foreach (var group in settings.MulticastGroups)
                Multicast.Change(socket, join: true, group, settings.MulticastInterface);
            return new DatagramSocket(socket, remote);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends at once or not at all; without an address to the peer.</summary>
    public virtual SocketError TrySend(ReadOnlySpan<byte> payload, SocketAddress? address)
    {
        if (address is null)
        {
            socket.Send(payload, SocketFlags.None, out var error);
            return error;
        }

        try
        {
            socket.SendTo(payload, SocketFlags.None, address);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    /// <summary>Sends as soon as the kernel takes it. One at a time.</summary>
    public virtual ValueTask<int> SendAsync(ReadOnlyMemory<byte> payload, SocketAddress? address) => address is null
        ? socket.SendAsync(payload, SocketFlags.None)
        : socket.SendToAsync(payload, SocketFlags.None, address);

    /// <summary>Receives one datagram and writes whom it is from. One at a time.</summary>
    public virtual ValueTask<int> ReceiveAsync(Memory<byte> buffer, SocketAddress from) =>
        socket.ReceiveFromAsync(buffer, SocketFlags.None, from);

    public void Dispose()
    {
        socket.Dispose();
        GC.SuppressFinalize(this);
    }

    private static AddressFamily Family(UdpSettings settings, IPEndPoint? remote)
    {
        if ((settings.EndPoint ?? remote) is not { } endPoint)
        {
            return settings.DualMode && Socket.OSSupportsIPv6
                ? AddressFamily.InterNetworkV6
                : AddressFamily.InterNetwork;
        }

        var isAny = endPoint.Address.Equals(IPAddress.IPv6Any);
        return isAny && settings.DualMode && !Socket.OSSupportsIPv6
            ? AddressFamily.InterNetwork
            : endPoint.AddressFamily;
    }

    private static IPEndPoint Fit(IPEndPoint endPoint, Socket socket)
    {
        // Every address, on a machine without IPv6.
        if (endPoint.Address.Equals(IPAddress.IPv6Any) && socket.AddressFamily == AddressFamily.InterNetwork)
            return new IPEndPoint(IPAddress.Any, endPoint.Port);
        return PeerCache.Fit(endPoint, socket.AddressFamily)
            ?? throw new SocketException((int)SocketError.AddressFamilyNotSupported);
    }

    private static void Configure(Socket socket, UdpSettings settings, IReadOnlyList<Inet.SocketOption> options)
    {
        socket.Blocking = false;
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = settings.DualMode
                && (settings.EndPoint is null || settings.EndPoint.Address.Equals(IPAddress.IPv6Any));
        }

        if (settings.ReuseAddress)
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        if (settings.ReceiveBuffer is { } receive)
            socket.ReceiveBufferSize = receive;
        if (settings.SendBuffer is { } send)
            socket.SendBufferSize = send;
        socket.EnableBroadcast = settings.Broadcast;
        Multicast.Configure(socket, settings);
        using var guard = UserCode.Enter();
        settings.ConfigureSocket?.Invoke(socket);
        foreach (var option in options)
            option.BeforeDatagramBind(socket);
    }

    private static void AfterBind(Socket socket, bool connected, IReadOnlyList<Inet.SocketOption> options)
    {
        using var guard = UserCode.Enter();
        foreach (var option in options)
        {
            if (option is Inet.SocketOptionV2 bound)
                bound.AfterBind(socket);

            // The option for the send buffer does its work after connecting, and there only.
            if (connected || option is Inet.SO.SendBufferSize)
                option.AfterConnect(socket);
        }
    }
}
