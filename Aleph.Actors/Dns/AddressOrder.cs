using System.Net;
using System.Net.Sockets;

namespace Aleph.Actors.Dns;

/// <summary>Which families are asked for, and in which order their addresses are answered.</summary>
internal static class AddressOrder
{
    public static bool WantsIPv4(DnsAddressTypes types) => types != DnsAddressTypes.IPv6Only;

    public static bool WantsIPv6(DnsAddressTypes types) =>
        types is DnsAddressTypes.IPv6Only or DnsAddressTypes.IPv6Preferred or DnsAddressTypes.IPv4Preferred
        || (types is DnsAddressTypes.Auto && Socket.OSSupportsIPv6);

    /// <summary>
    /// The wanted ones of <paramref name="addresses"/>, the preferred ones first, else in their order.
    /// </summary>
    /// <param name="addresses">As they were answered.</param>
    /// <param name="types">What is wanted.</param>
    /// <param name="isReachable">Whether a route leads there; asked once a family.</param>
    public static IReadOnlyList<IPAddress> Sort(
        IEnumerable<IPAddress> addresses, DnsAddressTypes types, Func<IPAddress, bool> isReachable)
    {
        var all = addresses.Distinct().ToLookup(x => x.AddressFamily);
        var v4 = WantsIPv4(types) ? all[AddressFamily.InterNetwork].ToArray() : [];
        var v6 = WantsIPv6(types) ? all[AddressFamily.InterNetworkV6].ToArray() : [];
        if (v4.Length == 0 || v6.Length == 0)
            return v4.Length == 0 ? v6 : v4;
        var v6First = types is DnsAddressTypes.Auto
            ? isReachable(v6[0]) || !isReachable(v4[0])
            : types is DnsAddressTypes.IPv6Preferred;
        return v6First ? [.. v6, .. v4] : [.. v4, .. v6];
    }

    /// <summary>
    /// Whether this machine has a route to there, which connecting a UDP socket tells without a packet.
    /// </summary>
    public static bool HasRoute(IPAddress address)
    {
        try
        {
            using var probe = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(new IPEndPoint(address, 9));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
