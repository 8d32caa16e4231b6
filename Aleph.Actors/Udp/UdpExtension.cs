using System.Net;
using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Udp;

namespace Aleph.Actors;

/// <summary>
/// UDP for an actor system: the manager that takes Akka.IO's commands, and sockets for code outside actors. Made at the
/// first use; ends with the system. All members may be called from any thread.
/// </summary>
public sealed class UdpExtension : IExtension
{
    private readonly ActorSystem _system;

    internal UdpExtension(ExtendedActorSystem system)
    {
        _system = system;
        var aleph = AlephExtension.Get(system);
        Resolver = async host => [.. await aleph.Dns.ResolveAsync(host).ConfigureAwait(false)];
        Settings = UdpSettings.FromConfig(system.Settings.Config);
        SettingsFaults.ThrowIfAny(Settings.Validate());
        Manager = system.SystemActorOf(UdpManagerActor.Create(Settings, host => Resolver(host)), "aleph-udp");
    }

    /// <summary>The settings of the section <c>aleph.udp</c> of this system's configuration.</summary>
    public UdpSettings Settings { get; }

    /// <summary>
    /// Takes <c>Udp.Bind</c>, <c>Udp.SimpleSender</c> and <c>UdpConnected.Connect</c> of Akka.IO as
    /// <c>system.Udp()</c> and <c>system.UdpConnected()</c> do, with <see cref="Settings"/> for the rest.
    /// </summary>
    public IActorRef Manager { get; }

    /// <summary>Who looks up host names for the sockets of the system.</summary>
    internal NameResolver Resolver { get; set; }

    /// <summary>The extension of <paramref name="system"/>.</summary>
    public static UdpExtension Get(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.Extension<UdpExtension, UdpExtensionProvider>();
    }

    /// <summary>Binds a socket and waits until it is bound.</summary>
    /// <param name="port">0 to 65535 at the address of <see cref="Settings"/>; 0 lets the system choose.</param>
    /// <param name="name">The socket actor's name; null lets the system choose.</param>
    /// <exception cref="BindException">The address is in use, not of this machine, or forbidden.</exception>
    public Task<UdpBinding> BindAsync(int port, string? name = null)
    {
        var address = Settings.EndPoint?.Address ?? IPAddress.Loopback;
        return BindAsync(Settings with { EndPoint = new IPEndPoint(address, port) }, name);
    }

    /// <summary>Binds a socket, or connects one, as the settings say, and waits until that is done.</summary>
    /// <param name="settings">How; null for <see cref="Settings"/>.</param>
    /// <param name="name">The socket actor's name; null lets the system choose.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    /// <exception cref="BindException">The address is in use, not of this machine, or forbidden.</exception>
    public Task<UdpBinding> BindAsync(UdpSettings? settings = null, string? name = null) =>
        UdpBinding.BindAsync(_system, settings ?? Settings, name, Resolver);

    /// <summary>
    /// Binds a socket whose datagrams are answered by a function, and waits until it is bound. The function runs on the
    /// socket's turn as that of <see cref="UdpSocket.Props(Func{Datagram, Datagram?}, UdpSettings?)"/>; the binding
    /// receives nothing.
    /// </summary>
    /// <param name="handler">Gets each datagram; answers with one to be sent, to whomever, or with null.</param>
    /// <param name="settings">How; null for <see cref="Settings"/>.</param>
    /// <param name="name">The socket actor's name; null lets the system choose.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    /// <exception cref="BindException">The address is in use, not of this machine, or forbidden.</exception>
    public Task<UdpBinding> ServeAsync(
        Func<Datagram, Datagram?> handler, UdpSettings? settings = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return UdpBinding.BindAsync(_system, settings ?? Settings, name, Resolver, handler);
    }

    /// <summary>
    /// Makes a socket, on a port of the system's choice, that receives only from one peer and sends only to it.
    /// </summary>
    /// <param name="remoteEndPoint">An <see cref="IPEndPoint"/>, or a <see cref="DnsEndPoint"/> to be looked up
    /// once.</param>
    /// <param name="name">The socket actor's name; null lets the system choose.</param>
    /// <exception cref="ArgumentException">That cannot be a peer.</exception>
    /// <exception cref="BindException">There is no such host, or no way to it.</exception>
    public Task<UdpBinding> ConnectAsync(EndPoint remoteEndPoint, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(remoteEndPoint);
        return BindAsync(Settings with { EndPoint = null, RemoteEndPoint = remoteEndPoint }, name);
    }

    /// <summary>
    /// As <see cref="UdpSocket.Props(IActorRef, UdpSettings?)"/>, with the settings of the system's configuration and
    /// on the dispatcher for sockets, which saves a hop between threads.
    /// </summary>
    /// <param name="handler">Gets the datagrams. The socket watches it.</param>
    /// <param name="settings">How to bind; null for <see cref="Settings"/>.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public Props SocketProps(IActorRef handler, UdpSettings? settings = null) =>
        OnIoDispatcher(UdpSocket.Props(handler, settings ?? Settings));

    /// <inheritdoc cref="SocketProps(IActorRef, UdpSettings?)"/>
    /// <param name="handler">The Props of a child of the socket, which is restarted when it fails; the socket
    /// stays.</param>
    /// <param name="settings">How to bind; null for <see cref="Settings"/>.</param>
    public Props SocketProps(Props handler, UdpSettings? settings = null) =>
        OnIoDispatcher(UdpSocket.Props(handler, settings ?? Settings));

    /// <inheritdoc cref="SocketProps(IActorRef, UdpSettings?)"/>
    /// <param name="handler">Gets each datagram on the socket's turn; answers with one to be sent, or with
    /// null.</param>
    /// <param name="settings">How to bind; null for <see cref="Settings"/>.</param>
    public Props SocketProps(Func<Datagram, Datagram?> handler, UdpSettings? settings = null) =>
        OnIoDispatcher(UdpSocket.Props(handler, settings ?? Settings));

    // For actors of this library: whoever has the extension has the dispatcher, too.
    internal static Props OnIoDispatcher(Props props) =>
        props.WithDispatcher(IoDispatcher.DispatcherId).WithMailbox(IoDispatcher.MailboxId);
}

/// <summary>Makes the <see cref="UdpExtension"/> of an actor system.</summary>
public sealed class UdpExtensionProvider : ExtensionIdProvider<UdpExtension>
{
    /// <inheritdoc/>
    public override UdpExtension CreateExtension(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return new UdpExtension(system);
    }
}

/// <summary>The way from an actor system to UDP.</summary>
public static class UdpActorSystemExtensions
{
    /// <summary>UDP for <paramref name="system"/>; made at the first use. Any thread.</summary>
    public static UdpExtension AlephUdp(this ActorSystem system) => UdpExtension.Get(system);
}
