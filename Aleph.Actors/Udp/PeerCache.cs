using System.Net;
using System.Net.Sockets;

namespace Aleph.Actors.Udp;

/// <summary>
/// Translates between the kernel's addresses and end points, and keeps the last few, so that a datagram from or to a
/// known peer allocates neither. A socket of both IP versions shows IPv4 peers as IPv4. Used on one actor's turn.
/// </summary>
internal sealed class PeerCache(AddressFamily family)
{
    private const int Size = 128;

    private static readonly IPEndPoint AnyIPv4 = new(IPAddress.Any, 0);
    private static readonly IPEndPoint AnyIPv6 = new(IPAddress.IPv6Any, 0);

    private readonly Peer?[] _byAddress = new Peer?[Size];
    private readonly Peer?[] _byEndPoint = new Peer?[Size];

    /// <summary>Who <paramref name="address"/> is; the address may change afterwards.</summary>
    public IPEndPoint EndPointOf(SocketAddress address)
    {
        ref var slot = ref _byAddress[address.GetHashCode() & (Size - 1)];
        if (slot is { IsIntact: true } known && known.Address.Equals(address))
            return known.EndPoint;
        var peer = new Peer(ToEndPoint(address), Copy(address));
        slot = peer;
        _byEndPoint[Slot(peer.EndPoint)] = peer;
        return peer.EndPoint;
    }

    /// <summary>
    /// The address of <paramref name="endPoint"/> for the socket; null when it is of the other IP version.
    /// </summary>
    public SocketAddress? AddressOf(IPEndPoint endPoint)
    {
        ref var slot = ref _byEndPoint[Slot(endPoint)];
        if (slot is { } known && known.Is(endPoint))
            return known.Address;
        if (ToSocket(endPoint) is not { } address)
            return null;
        var peer = new Peer(new IPEndPoint(endPoint.Address, endPoint.Port), address);
        slot = peer;
        return address;
    }

    /// <summary>An end point as users see it.</summary>
    public static IPEndPoint Show(IPEndPoint endPoint) => endPoint.Address.IsIPv4MappedToIPv6
        ? new IPEndPoint(endPoint.Address.MapToIPv4(), endPoint.Port)
        : endPoint;

    /// <summary>An end point as a socket of <paramref name="family"/> takes it; null when it cannot.</summary>
    public static IPEndPoint? Fit(IPEndPoint endPoint, AddressFamily family)
    {
        if (endPoint.AddressFamily == family)
            return endPoint;
        if (family == AddressFamily.InterNetworkV6)
            return new IPEndPoint(endPoint.Address.MapToIPv6(), endPoint.Port);
        return endPoint.Address.IsIPv4MappedToIPv6 ? Show(endPoint) : null;
    }

    private static int Slot(IPEndPoint endPoint) => endPoint.GetHashCode() & (Size - 1);

    private static SocketAddress Copy(SocketAddress address)
    {
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer.Span[..address.Size].CopyTo(copy.Buffer.Span);
        return copy;
    }

    private static IPEndPoint ToEndPoint(SocketAddress address) =>
        Show((IPEndPoint)(address.Family == AddressFamily.InterNetworkV6 ? AnyIPv6 : AnyIPv4).Create(address));

    private SocketAddress? ToSocket(IPEndPoint endPoint) => Fit(endPoint, family)?.Serialize();

    // End points can be written to by those who got them, so the cache remembers what it knows of them.
    private sealed class Peer(IPEndPoint endPoint, SocketAddress address)
    {
        private readonly IPAddress _ip = endPoint.Address;
        private readonly int _port = endPoint.Port;

        public IPEndPoint EndPoint { get; } = endPoint;

        public SocketAddress Address { get; } = address;

        public bool IsIntact => EndPoint.Port == _port && ReferenceEquals(EndPoint.Address, _ip);

        public bool Is(IPEndPoint other) => other.Port == _port && other.Address.Equals(_ip);
    }
}
