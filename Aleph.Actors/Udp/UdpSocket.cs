using Akka.Actor;
using Aleph.Actors.Udp;

namespace Aleph.Actors;

/// <summary>
/// UDP sockets as actors that you spawn and supervise. The handler is told <c>Udp.Bound</c> by the socket, then each
/// datagram as <c>Udp.Received</c>; it answers with <c>Udp.Send</c> to the socket, which is the sender of both. With a
/// <see cref="UdpSettings.RemoteEndPoint"/> these are the messages of <c>UdpConnected</c>. <see
/// cref="UdpSocketProtocol"/> has what Akka.IO lacks. The socket ends with its handler, by <c>Udp.Unbind</c> or
/// <c>UdpConnected.Disconnect</c>, or by stopping the actor. A socket that cannot be bound tells its handler <see
/// cref="UdpSocketProtocol.BindFailed"/> and stops.
/// </summary>
public static class UdpSocket
{
    /// <summary>A socket whose datagrams go to an actor of yours.</summary>
    /// <param name="handler">Gets the datagrams. The socket watches it.</param>
    /// <param name="settings">How to bind; null for <see cref="UdpSettings.Default"/>.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static Props Props(IActorRef handler, UdpSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return UdpSocketActor.Create(new UdpSocketSpec(settings ?? UdpSettings.Default) { Handler = handler });
    }

    /// <summary>A socket whose datagrams go to a child of its own, named <c>handler</c>.</summary>
    /// <param name="handler">The Props of that child. It is restarted when it fails; the socket stays.</param>
    /// <param name="settings">How to bind; null for <see cref="UdpSettings.Default"/>.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static Props Props(Props handler, UdpSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return UdpSocketActor.Create(new UdpSocketSpec(settings ?? UdpSettings.Default) { HandlerProps = handler });
    }

    /// <summary>
    /// A socket whose datagrams are answered by a function. It runs on the socket's turn, one datagram at a time: it
    /// must not block, and what comes meanwhile waits in the kernel. What it throws is logged, and costs that datagram
    /// only. The fastest way: it takes no second mailbox.
    /// </summary>
    /// <param name="handler">Gets each datagram; answers with one to be sent, to whomever, or with null.</param>
    /// <param name="settings">How to bind; null for <see cref="UdpSettings.Default"/>.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static Props Props(Func<Datagram, Datagram?> handler, UdpSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return UdpSocketActor.Create(new UdpSocketSpec(settings ?? UdpSettings.Default) { Function = handler });
    }
}
