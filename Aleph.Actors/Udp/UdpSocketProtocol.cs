using System.Net;
using Akka.Actor;

namespace Aleph.Actors;

/// <summary>
/// What a UDP socket actor understands and tells beside Akka.IO's own <c>Udp</c> and <c>UdpConnected</c> messages.
/// Commands go in, from anyone; each has exactly one answer, told to its sender.
/// </summary>
public static class UdpSocketProtocol
{
    /// <summary>What a socket can be told.</summary>
    public abstract record Command : INoSerializationVerificationNeeded;

    /// <summary>What a socket answers, or tells its handler.</summary>
    public abstract record Event : INoSerializationVerificationNeeded;

    /// <summary>
    /// Asks where the socket is bound; the answer waits until that is decided. Answer: <see cref="Bound"/> or
    /// <see cref="BindFailed"/>.
    /// </summary>
    public sealed record GetBound : Command
    {
        /// <summary>The only one needed.</summary>
        public static GetBound Instance { get; } = new();
    }

    /// <summary>Asks for the counters. Answer: <see cref="Statistics"/>.</summary>
    public sealed record GetStatistics : Command
    {
        /// <summary>The only one needed.</summary>
        public static GetStatistics Instance { get; } = new();
    }

    /// <summary>
    /// Sends a datagram; as <c>Udp.Send</c>, but a failure says why. A connected socket takes only its peer's address.
    /// Answer: <see cref="Sent"/> when the kernel has taken it, or <see cref="CommandFailed"/> with a <see
    /// cref="DatagramTooLargeException"/>, a <see cref="SendQueueFullException"/>, a <see
    /// cref="System.Net.Sockets.SocketException"/> (also for a host name that has no address), or an <see
    /// cref="InvalidOperationException"/> when the socket closed first.
    /// </summary>
    /// <param name="Datagram">What goes where.</param>
    public sealed record Send(Datagram Datagram) : Command;

    /// <summary>
    /// Joins a multicast group. Answer: <see cref="MulticastGroupJoined"/>, or <see cref="CommandFailed"/> when there
    /// is no such interface, the socket is a member already, or the system forbids.
    /// </summary>
    /// <param name="Group">The group's address.</param>
    /// <param name="Interface">Where, by the name or an address of a network interface; null for <see
    /// cref="UdpSettings.MulticastInterface"/>.</param>
    public sealed record JoinMulticastGroup(IPAddress Group, string? Interface = null) : Command;

    /// <summary>
    /// Leaves a multicast group. Answer: <see cref="MulticastGroupLeft"/>, or <see cref="CommandFailed"/> when the
    /// socket is no member.
    /// </summary>
    /// <param name="Group">The group's address.</param>
    /// <param name="Interface">Where it was joined; null for <see cref="UdpSettings.MulticastInterface"/>.</param>
    public sealed record LeaveMulticastGroup(IPAddress Group, string? Interface = null) : Command;

    /// <summary>The socket is bound.</summary>
    /// <param name="LocalEndPoint">Where, with the actual port; port 0 for one that only sends and has not yet.</param>
    /// <param name="RemoteEndPoint">Its peer, if it is connected.</param>
    public sealed record Bound(IPEndPoint LocalEndPoint, IPEndPoint? RemoteEndPoint) : Event;

    /// <summary>
    /// The socket could not be bound or connected, and its actor stops. Also told to the handler of
    /// <see cref="UdpSocket.Props(IActorRef, UdpSettings?)"/>.
    /// </summary>
    /// <param name="EndPoint">Where it was to be bound, or whom to be connected to.</param>
    /// <param name="Cause">Why not; usually a <see cref="System.Net.Sockets.SocketException"/>.</param>
    public sealed record BindFailed(EndPoint EndPoint, Exception Cause) : Event;

    /// <summary>The kernel has taken the datagram. Whether it arrives nobody knows.</summary>
    /// <param name="Datagram">That datagram.</param>
    public sealed record Sent(Datagram Datagram) : Event;

    /// <summary>The socket is a member now.</summary>
    /// <param name="Group">Of this group.</param>
    public sealed record MulticastGroupJoined(IPAddress Group) : Event;

    /// <summary>The socket is no member any more.</summary>
    /// <param name="Group">Of this group.</param>
    public sealed record MulticastGroupLeft(IPAddress Group) : Event;

    /// <summary>
    /// Told to the handler of a connected socket from <see cref="UdpSocket"/>: the network reported that an earlier
    /// datagram did not reach its peer (ICMP; RFC 1122 4.1.3.3). The socket goes on.
    /// </summary>
    /// <param name="RemoteEndPoint">The peer.</param>
    /// <param name="Cause">What was reported.</param>
    public sealed record PeerUnreachable(EndPoint RemoteEndPoint, Exception Cause) : Event;

    /// <summary>The counters of a socket since it was bound.</summary>
    /// <param name="Received">Datagrams given to the handler, the stream or the queue.</param>
    /// <param name="ReceivedBytes">Their bytes.</param>
    /// <param name="Sent">Datagrams that the kernel has taken.</param>
    /// <param name="SentBytes">Their bytes.</param>
    /// <param name="Dropped">Datagrams that came while the receive queue was full.</param>
    /// <param name="Oversized">Datagrams longer than <see cref="UdpSettings.MaxDatagramSize"/>, dropped too.</param>
    /// <param name="SendFailures">Datagrams that were refused to their senders, whatever the reason.</param>
    /// <param name="IcmpErrors">Reports that a datagram did not reach its destination.</param>
    public sealed record Statistics(
        long Received,
        long ReceivedBytes,
        long Sent,
        long SentBytes,
        long Dropped,
        long Oversized,
        long SendFailures,
        long IcmpErrors)
        : Event;

    /// <summary>The answer to any command that could not be done.</summary>
    /// <param name="Command">That command.</param>
    /// <param name="Cause">Why not.</param>
    public sealed record CommandFailed(Command Command, Exception Cause) : Event;
}
