using Akka.Actor;
using Aleph.Actors.Tcp;

namespace Aleph.Actors;

/// <summary>
/// TCP servers: every connection is a supervised actor that runs an <see cref="IConnectionProtocol"/> of yours, or
/// talks with a handler actor of yours. Either spawn its <c>Props</c> under a parent of your own and talk
/// <see cref="ServerProtocol"/>, or await <c>BindAsync</c>.
/// </summary>
/// <example>
/// <code>
/// await using var server = await TcpServer.BindAsync(system, _ => new DuplexProtocol(EchoAsync));
/// Console.WriteLine(server.LocalEndPoint);
///
/// static async Task EchoAsync(DuplexConnection connection) =>
///     await connection.Input.CopyToAsync(connection.Output);
/// </code>
/// </example>
public static class TcpServer
{
    /// <summary>The Props of a server, to be spawned as <c>system.ActorOf(TcpServer.Props(...), "name")</c>.</summary>
    /// <param name="protocol">Makes the first protocol of each connection.</param>
    /// <param name="settings">How to listen; null for <see cref="TcpSettings.Default"/>.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static Props Props(ConnectionProtocolFactory protocol, TcpSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(protocol);
        return ServerActor.Create(new ServerSpec(protocol, settings ?? TcpSettings.Default));
    }

    /// <summary>
    /// The Props of a server with one handler actor for each connection, which speaks Akka.IO's <c>Tcp</c> messages.
    /// </summary>
    /// <remarks>
    /// A handler is registered already: it gets <c>Tcp.Connected</c> first (after the TLS handshake), then what comes,
    /// and at last one event of <c>Tcp.ConnectionClosed</c>, after which it is stopped. The connection is the sender of
    /// all of them. A handler that fails is logged and stopped, which resets its connection and no other; so does one
    /// that ends without having closed. To go on writing after the peer's end, a handler sends <c>Tcp.Register</c> with
    /// itself and <c>keepOpenOnPeerClosed</c> when it is told <c>Tcp.Connected</c>. See <see
    /// cref="TcpEvents.Draining"/> for what it learns of a drain.
    /// </remarks>
    /// <param name="handler">Called for each connection, on the turn of the handlers' parent: must not block. When it
    /// throws, that is logged and the connection is reset.</param>
    /// <param name="settings">How to listen; null for <see cref="TcpSettings.Default"/>.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static Props Props(Func<ConnectionInfo, Props> handler, TcpSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return ServerActor.Create(ServerSpec.Handled(handler, settings ?? TcpSettings.Default));
    }

    /// <summary>
    /// Spawns a server at the top of <paramref name="system"/> and waits until it listens. Any thread.
    /// </summary>
    /// <param name="system">The actor system.</param>
    /// <param name="protocol">Makes the first protocol of each connection.</param>
    /// <param name="settings">How to listen; null for the section <c>aleph.tcp</c> of the system's
    /// configuration.</param>
    /// <param name="name">The actor's name; null lets the system choose.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    /// <exception cref="BindException">It cannot listen there.</exception>
    /// <exception cref="InvalidActorNameException">The name is taken or is not one.</exception>
    public static Task<ServerBinding> BindAsync(
        ActorSystem system, ConnectionProtocolFactory protocol, TcpSettings? settings = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(protocol);
        return ServerBinding.BindAsync(
            system, new ServerSpec(protocol, settings ?? AlephExtension.Get(system).TcpSettings), name);
    }

    /// <summary>
    /// Spawns a server with one handler actor for each connection, as <see
    /// cref="Props(Func{ConnectionInfo, Akka.Actor.Props}, TcpSettings?)"/> makes it, and waits until it listens. Any
    /// thread.
    /// </summary>
    /// <param name="system">The actor system.</param>
    /// <param name="handler">Makes the handler of each connection.</param>
    /// <param name="settings">How to listen; null for the section <c>aleph.tcp</c> of the system's
    /// configuration.</param>
    /// <param name="name">The actor's name; null lets the system choose.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    /// <exception cref="BindException">It cannot listen there.</exception>
    /// <exception cref="InvalidActorNameException">The name is taken or is not one.</exception>
    public static Task<ServerBinding> BindAsync(
        ActorSystem system, Func<ConnectionInfo, Props> handler, TcpSettings? settings = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(handler);
        return ServerBinding.BindAsync(
            system, ServerSpec.Handled(handler, settings ?? AlephExtension.Get(system).TcpSettings), name);
    }
}
