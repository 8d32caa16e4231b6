using System.Net.Sockets;

namespace Aleph.Actors.Udp;

/// <summary>Which errors tell of the fate of an earlier datagram, and nothing of the socket.</summary>
internal static class IcmpErrors
{
    public static bool Contains(SocketError error) => error is SocketError.ConnectionRefused
        or SocketError.ConnectionReset or SocketError.HostUnreachable or SocketError.NetworkUnreachable
        or SocketError.NetworkReset or SocketError.HostDown or SocketError.NetworkDown or SocketError.TimedOut;
}
