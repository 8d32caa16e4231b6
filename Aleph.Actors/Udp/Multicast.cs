using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Aleph.Actors.Udp;

/// <summary>
/// Multicast options of a socket, for IPv4 and IPv6. Interfaces go by name or by one of their addresses.
/// </summary>
internal static class Multicast
{
    public static bool IsGroup(IPAddress address) => address.AddressFamily == AddressFamily.InterNetworkV6
        ? address.IsIPv6Multicast
        : (address.GetAddressBytes()[0] & 0xf0) == 0xe0;

    /// <summary>Sets how datagrams to groups leave.</summary>
    public static void Configure(Socket socket, UdpSettings settings)
    {
        if (socket.AddressFamily == AddressFamily.InterNetworkV6)
        {
            Configure(socket, SocketOptionLevel.IPv6, settings);
            if (!socket.DualMode)
                return;
        }

        Configure(socket, SocketOptionLevel.IP, settings);
    }

    /// <summary>Joins or leaves. Fails with what the system says, or <see cref="ArgumentException"/>.</summary>
    public static void Change(Socket socket, bool join, IPAddress group, string? @interface)
    {
        if (!IsGroup(group))
            throw new ArgumentException($"{group} is not a multicast address");
        if (group.AddressFamily == AddressFamily.InterNetworkV6)
        {
            var option = @interface is null
                ? new IPv6MulticastOption(group)
                : new IPv6MulticastOption(group, IndexOf(@interface, SocketOptionLevel.IPv6));
            socket.SetSocketOption(SocketOptionLevel.IPv6, Name(join), option);
        }
        else
        {
            var option = @interface switch
            {
                null => new MulticastOption(group),
                _ when AsIPv4(@interface) is { } address => new MulticastOption(group, address),
                _ => new MulticastOption(group, IndexOf(@interface, SocketOptionLevel.IP)),
            };
            socket.SetSocketOption(SocketOptionLevel.IP, Name(join), option);
        }
    }

    private static SocketOptionName Name(bool join) =>
        join ? SocketOptionName.AddMembership : SocketOptionName.DropMembership;

    private static void Configure(Socket socket, SocketOptionLevel level, UdpSettings settings)
    {
        socket.SetSocketOption(level, SocketOptionName.MulticastTimeToLive, settings.MulticastTtl);
        socket.SetSocketOption(level, SocketOptionName.MulticastLoopback, settings.MulticastLoopback ? 1 : 0);
        if (settings.MulticastInterface is { } name)
            socket.SetSocketOption(level, SocketOptionName.MulticastInterface, InterfaceOf(name, level));
    }

    // IPv4 wants an address, which datagrams then are from as well, or an index that is no address: in network order.
    private static int InterfaceOf(string name, SocketOptionLevel level)
    {
        if (level == SocketOptionLevel.IP && AsIPv4(name) is { } address)
            return BitConverter.ToInt32(address.GetAddressBytes());
        var index = IndexOf(name, level);
        return level == SocketOptionLevel.IP ? IPAddress.HostToNetworkOrder(index) : index;
    }

    private static IPAddress? AsIPv4(string name) =>
        IPAddress.TryParse(name, out var address) && address.AddressFamily == AddressFamily.InterNetwork
            ? address
            : null;

    private static int IndexOf(string @interface, SocketOptionLevel level)
    {
        var address = IPAddress.TryParse(@interface, out var parsed) ? parsed : null;
        foreach (var candidate in NetworkInterface.GetAllNetworkInterfaces())
        {
            var properties = candidate.GetIPProperties();
            if (candidate.Name != @interface
                && (address is null || !properties.UnicastAddresses.Any(a => a.Address.Equals(address))))
            {
                continue;
            }

            return level == SocketOptionLevel.IPv6
                ? properties.GetIPv6Properties().Index
                : properties.GetIPv4Properties().Index;
        }

        throw new ArgumentException($"There is no network interface {@interface}");
    }
}
