using Akka.Actor;
using Aleph.Actors.Tcp;

namespace Aleph.Actors;

/// <summary>
/// TCP servers with a protocol of your own: every connection is a supervised actor that runs an
/// <see cref="IConnectionProtocol"/>. Either spawn <see cref="Props"/> under a parent of your own and talk
/// <see cref="ServerProtocol"/>, or await <see cref="BindAsync"/>.
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
}
