using System.Net;
using Aleph.Actors.Tcp.Client;

namespace Aleph.Actors;

/// <summary>TCP as functions: one that serves each connection, and one that makes a connection.</summary>
/// <example>
/// <code>
/// await using var server = await system.AlephTcp().ServeAsync(9000, async connection =>
/// {
///     await foreach (var message in connection.ReceiveAllAsync())
///         await connection.SendAsync(message);
/// });
/// </code>
/// </example>
public static class TcpFunctions
{
    /// <summary>
    /// Listens and runs a function on each connection, until the answer is disposed or the system shuts down; both
    /// drain.
    /// </summary>
    /// <remarks>
    /// The function is called once for each connection, on the thread pool, after TLS is done. When its task ends, what
    /// it sent leaves and the connection closes; when it fails, that is logged and the connection is reset. Its input
    /// ends when the server drains.
    /// </remarks>
    /// <param name="tcp">TCP of an actor system.</param>
    /// <param name="port">0 to 65535 on the settings' address; 0 lets the system choose.</param>
    /// <param name="handler">What to do with a connection.</param>
    /// <param name="settings">Default <see cref="TcpExtension.Settings"/>.</param>
    /// <param name="name">The server actor's name; null lets the system choose.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    /// <exception cref="BindException">It cannot listen there.</exception>
    public static Task<ServerBinding> ServeAsync(
        this TcpExtension tcp,
        int port,
        Func<DuplexConnection, Task> handler,
        TcpSettings? settings = null,
        string? name = null)
    {
        ArgumentNullException.ThrowIfNull(tcp);
        return ServeAsync(tcp, handler, (settings ?? tcp.Settings).At(port), name);
    }

    /// <summary>The same where the settings say.</summary>
    /// <inheritdoc cref="ServeAsync(TcpExtension, int, Func{DuplexConnection, Task}, TcpSettings?, string?)"/>
    public static Task<ServerBinding> ServeAsync(
        this TcpExtension tcp,
        Func<DuplexConnection, Task> handler,
        TcpSettings? settings = null,
        string? name = null)
    {
        ArgumentNullException.ThrowIfNull(tcp);
        ArgumentNullException.ThrowIfNull(handler);
        return TcpServer.BindAsync(tcp.System, _ => new DuplexProtocol(handler), settings ?? tcp.Settings, name);
    }

    /// <summary>
    /// Connects to a host by its name or IP address. The connection lives until it is disposed or the peer breaks it.
    /// </summary>
    /// <param name="tcp">TCP of an actor system.</param>
    /// <param name="host">A name to look up, or an IP address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="settings">Default <see cref="TcpExtension.ClientSettings"/>.</param>
    /// <param name="cancellation">Ends the attempt; without effect on an open connection.</param>
    /// <exception cref="ArgumentException">The settings are not valid, every fault is named; or there is no such
    /// port.</exception>
    /// <exception cref="ConnectException">No connection could be made.</exception>
    /// <exception cref="OperationCanceledException">The attempt was cancelled.</exception>
    public static Task<DuplexConnection> ConnectAsync(
        this TcpExtension tcp,
        string host,
        int port,
        TcpClientSettings? settings = null,
        CancellationToken cancellation = default) =>
        ConnectAsync(tcp, RemoteEndPoint.Of(host, port), settings, cancellation);

    /// <summary>The same to an end point.</summary>
    /// <param name="tcp">TCP of an actor system.</param>
    /// <param name="remote">An <see cref="IPEndPoint"/>, a <see cref="DnsEndPoint"/>, or a Unix domain socket.</param>
    /// <param name="settings">Default <see cref="TcpExtension.ClientSettings"/>.</param>
    /// <param name="cancellation">Ends the attempt; without effect on an open connection.</param>
    /// <inheritdoc
    /// cref="ConnectAsync(TcpExtension, string, int, TcpClientSettings?, CancellationToken)" path="/exception"/>
    public static async Task<DuplexConnection> ConnectAsync(
        this TcpExtension tcp,
        EndPoint remote,
        TcpClientSettings? settings = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tcp);
        var held = new HeldConnection();
        await TcpClient.ConnectAsync(
            tcp.System,
            remote,
            _ => new DuplexProtocol(held.RunAsync),
            settings ?? tcp.ClientSettings,
            cancellation).ConfigureAwait(false);
        return await held.Connection.ConfigureAwait(false);
    }
}
