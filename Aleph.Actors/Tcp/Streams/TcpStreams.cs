using System.Net;
using Akka.Actor;
using Akka.IO;
using Akka.Streams.Dsl;
using Aleph.Actors.Tcp;
using Aleph.Actors.Tcp.Client;
using Aleph.Actors.Tcp.Streams;

namespace Aleph.Actors;

/// <summary>
/// TCP as streams of <see cref="ByteString"/>: servers whose connections are elements, and connections as flows.
/// </summary>
/// <remarks>
/// A connection's flow ends in these ways. Completing what goes in sends all of it, then FIN (half-close); what the
/// peer still sends comes out. Failing it, or failing what takes the output, resets the connection, as does the end of
/// the materializer. Cancelling what comes out discards what the peer sends until it ends. When both directions are
/// done, the connection closes; a peer that does not end then is left after
/// <see cref="ConnectionSettings.LingerTimeout"/> of silence. When the peer ends, what comes out completes, and what
/// goes in is still sent. When the connection breaks, what comes out fails with a
/// <see cref="ConnectionEndedException"/> and what goes in is cancelled.
/// Elements have no relation to what either side wrote at once: use <see cref="Framing"/>.
/// </remarks>
/// <example>
/// <code>
/// var binding = TcpStreams.Bind(system, 9000)
///     .To(Sink.ForEach&lt;IncomingTcpConnection&gt;(c => c.HandleWith(Flow.Create&lt;ByteString&gt;(), materializer)))
///     .Run(materializer);
/// Console.WriteLine((await binding).LocalEndPoint);
/// </code>
/// </example>
public static class TcpStreams
{
    /// <summary>
    /// A server that listens as long as the stream runs. A connection is accepted only when it is asked for: without
    /// demand the kernel's backlog waits. Each materialisation is a server of its own.
    /// </summary>
    /// <remarks>
    /// Completes when the server has ended, by a drain for example. Fails, as does the materialised task, with a
    /// <see cref="BindException"/> if it cannot listen, or an <see cref="ArgumentException"/> that names every fault of
    /// the settings. Cancelling it closes the listener, as does the end of the materializer; connections with a flow go
    /// on, and the server ends with the last of them. To end these, too, drain the materialised binding: their streams
    /// then complete, as if the peers had ended.
    /// </remarks>
    /// <param name="system">Where the server's actors live.</param>
    /// <param name="settings">Null for the section <c>aleph.tcp</c> of the system's configuration.</param>
    /// <param name="name">The server actor's name; null lets the system choose. One that is taken fails the
    /// stream.</param>
    public static Source<IncomingTcpConnection, Task<ServerBinding>> Bind(
        ActorSystem system, TcpSettings? settings = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        settings ??= AlephExtension.Get(system).TcpSettings;
        return Source.FromGraph(new BindStage<IncomingTcpConnection>(inlet => SpecOf(inlet, settings), system, name));
    }

    /// <summary>The same at another port of the settings' address.</summary>
    /// <param name="system">Where the server's actors live.</param>
    /// <param name="port">0 to 65535; 0 lets the system choose.</param>
    /// <param name="settings">Null for the section <c>aleph.tcp</c> of the system's configuration.</param>
    /// <param name="name">The server actor's name; null lets the system choose. One that is taken fails the
    /// stream.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such port.</exception>
    /// <inheritdoc cref="Bind(ActorSystem, TcpSettings?, string?)" path="/remarks"/>
    public static Source<IncomingTcpConnection, Task<ServerBinding>> Bind(
        ActorSystem system, int port, TcpSettings? settings = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        return Bind(system, (settings ?? AlephExtension.Get(system).TcpSettings).At(port), name);
    }

    /// <summary>
    /// A connection to be made: each materialisation connects. Nothing is asked for before it is open.
    /// </summary>
    /// <remarks>
    /// The flow and its materialised task fail with a <see cref="ConnectException"/> when no connection can be made,
    /// and with an <see cref="ArgumentException"/> that names every fault of the settings. Cancelling what comes out
    /// before the connection is open ends the attempt, as does failing what goes in: no socket is left, and the task is
    /// cancelled. To send only, use a sink that ignores what comes.
    /// </remarks>
    /// <param name="system">Where the connection's actor lives.</param>
    /// <param name="remote">An <see cref="IPEndPoint"/>, a <see cref="DnsEndPoint"/>, or a Unix domain socket.</param>
    /// <param name="settings">Null for the section <c>aleph.tcp.client</c> of the system's configuration.</param>
    public static Flow<ByteString, ByteString, Task<ConnectionInfo>> Connect(
        ActorSystem system, EndPoint remote, TcpClientSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(remote);
        settings ??= AlephExtension.Get(system).TcpClientSettings;
        return Flow.FromGraph(new ConnectStage(system, remote, settings));
    }

    /// <summary>The same to a host by its name or IP address.</summary>
    /// <param name="system">Where the connection's actor lives.</param>
    /// <param name="host">A name to look up, or an IP address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="settings">Null for the section <c>aleph.tcp.client</c> of the system's configuration.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such port.</exception>
    /// <inheritdoc cref="Connect(ActorSystem, EndPoint, TcpClientSettings?)" path="/remarks"/>
    public static Flow<ByteString, ByteString, Task<ConnectionInfo>> Connect(
        ActorSystem system, string host, int port, TcpClientSettings? settings = null) =>
        Connect(system, RemoteEndPoint.Of(host, port), settings);

    private static ServerSpec SpecOf(ConnectionInlet<IncomingTcpConnection> inlet, TcpSettings settings) => new(
        _ => new UnhandledProtocol(
            pending => inlet.Offer(new IncomingTcpConnection(pending, settings.Connection)),
            settings.UnhandledConnectionTimeout,
            "aleph.tcp.unhandled-connection-timeout"),
        settings)
    {
        Demand = inlet.Demand,
    };
}
