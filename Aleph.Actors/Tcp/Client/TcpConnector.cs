using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Transports.AkkaIo;
using Aleph.Actors.Transports.Sockets;

namespace Aleph.Actors.Tcp.Client;

/// <summary>Makes connected transports: looks the name up, then tries its addresses. Any thread.</summary>
internal static class TcpConnector
{
    /// <summary>
    /// Connects to <paramref name="target"/>, racing the addresses of a name (RFC 8305). The caller owns what it gets.
    /// </summary>
    /// <param name="target">An IP address, a name (<see cref="DnsEndPoint"/>), or a Unix domain socket.</param>
    /// <param name="system">Whose Akka.IO carries it, where that is asked for.</param>
    /// <param name="settings">How to connect. Its connect timeout is the caller's business.</param>
    /// <param name="resolver">Looks up a name.</param>
    /// <param name="entered">Called when the next phase begins.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ConnectException">It cannot.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<ITransport> ConnectAsync(
        EndPoint target,
        ActorSystem system,
        TcpClientSettings settings,
        IDnsResolver resolver,
        Action<ConnectPhase> entered,
        CancellationToken cancellation)
    {
        var phase = ConnectPhase.Resolve;
        try
        {
            var endPoints = await ResolveAsync(target, resolver, cancellation).ConfigureAwait(false);
            entered(phase = ConnectPhase.Connect);
            return settings.Transport is TcpTransport.AkkaIo
                ? new AkkaIoTransport(
                    await RaceAsync(
                        target, endPoints, (to, token) => ConnectStockAsync(to, system, settings, token), settings,
                        cancellation).ConfigureAwait(false),
                    settings.Connection,
                    settings.Time)
                : new SocketTransport(
                    await RaceAsync(
                        target, endPoints, (to, token) => ConnectSocketAsync(to, settings, token), settings,
                        cancellation).ConfigureAwait(false),
                    settings.Connection,
                    settings.Time);
        }
        catch (Exception cause) when (cause is not OperationCanceledException)
        {
            throw new ConnectException(target, phase, cause.Message, cause);
        }
    }

    private static ValueTask<T> RaceAsync<T>(
        EndPoint target,
        IReadOnlyList<IPEndPoint>? endPoints,
        Func<EndPoint, CancellationToken, ValueTask<T>> connect,
        TcpClientSettings settings,
        CancellationToken cancellation)
        where T : class, IDisposable =>
        endPoints is null
            ? connect(target, cancellation)
            : HappyEyeballs.ConnectAsync(endPoints, connect, settings.AttemptDelay, settings.Time, cancellation);

    // Null where there is nothing to race.
    private static async ValueTask<IReadOnlyList<IPEndPoint>?> ResolveAsync(
        EndPoint target, IDnsResolver resolver, CancellationToken cancellation)
    {
        if (target is not DnsEndPoint name)
            return null;
        var addresses = await resolver.ResolveAsync(name.Host, cancellation).ConfigureAwait(false);
        return [.. addresses.Select(a => new IPEndPoint(a, name.Port))];
    }

    private static async ValueTask<Socket> ConnectSocketAsync(
        EndPoint endPoint, TcpClientSettings settings, CancellationToken cancellation)
    {
        var protocol = endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, protocol);
        try
        {
            Configure(socket, settings);
            await socket.ConnectAsync(endPoint, cancellation).ConfigureAwait(false);
            settings.ConfigureConnected?.Invoke(socket);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async ValueTask<StockConnection> ConnectStockAsync(
        EndPoint target, ActorSystem system, TcpClientSettings settings, CancellationToken cancellation)
    {
        if (target is not IPEndPoint)
            throw new NotSupportedException(
                $"{LogText.Of(target)} cannot be connected to with aleph.tcp.transport = akka-io");
        return await StockConnect.ConnectAsync(
            system,
            target,
            settings.Connection,
            socket => Configure(socket, settings),
            settings.ConfigureConnected,
            cancellation).ConfigureAwait(false);
    }

    private static void Configure(Socket socket, TcpClientSettings settings)
    {
        // Before users see it, so that they can change each.
        settings.Connection.SocketOptions.Apply(socket);
        settings.ConfigureSocket?.Invoke(socket);
        if (settings.LocalEndPoint is { } local)
            socket.Bind(local);
    }
}
