using System.Net;
using System.Net.Sockets;
using Aleph.Actors.Transports.Sockets;

namespace Aleph.Actors.Tcp.Client;

/// <summary>Makes connected transports: looks the name up, then tries its addresses. Any thread.</summary>
internal static class TcpConnector
{
    /// <summary>Connects to <paramref name="target"/>. The caller owns what it gets.</summary>
    /// <param name="target">An IP address, a name (<see cref="DnsEndPoint"/>), or a Unix domain socket.</param>
    /// <param name="settings">How to connect. Its connect timeout is the caller's business.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ConnectException">It cannot.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<ITransport> ConnectAsync(
        EndPoint target, TcpClientSettings settings, CancellationToken cancellation)
    {
        var endPoints = await ResolveAsync(target, cancellation).ConfigureAwait(false);
        Exception? last = null;
        foreach (var endPoint in endPoints)
        {
            try
            {
                var socket = await ConnectSocketAsync(endPoint, settings, cancellation).ConfigureAwait(false);
                return new SocketTransport(socket, settings.Connection, settings.Time);
            }
            catch (Exception cause) when (cause is not OperationCanceledException)
            {
                last = cause;
            }
        }

        throw new ConnectException(target, ConnectPhase.Connect, last?.Message ?? "the name has no address", last);
    }

    private static async Task<IReadOnlyList<EndPoint>> ResolveAsync(EndPoint target, CancellationToken cancellation)
    {
        if (target is not DnsEndPoint name)
            return [target];
        try
        {
            var addresses = await System.Net.Dns.GetHostAddressesAsync(name.Host, cancellation).ConfigureAwait(false);
            return [.. addresses.Select(a => new IPEndPoint(a, name.Port))];
        }
        catch (SocketException cause)
        {
            throw new ConnectException(target, ConnectPhase.Resolve, cause.Message, cause);
        }
    }

    private static async ValueTask<Socket> ConnectSocketAsync(
        EndPoint endPoint, TcpClientSettings settings, CancellationToken cancellation)
    {
        var protocol = endPoint is IPEndPoint ? ProtocolType.Tcp : ProtocolType.Unspecified;
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, protocol);
        try
        {
            settings.ConfigureSocket?.Invoke(socket);
            if (settings.LocalEndPoint is { } local)
                socket.Bind(local);
            await socket.ConnectAsync(endPoint, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
