using System.Net;
using System.Net.Sockets;

namespace Aleph.Actors.Tcp;

/// <summary>Where a listener takes its connections from. Owned by one listener actor and used by it alone.</summary>
internal interface IAcceptSource : IDisposable
{
    /// <summary>Where it listens, with the actual port.</summary>
    EndPoint LocalEndPoint { get; }

    /// <summary>
    /// The next connection; fails with a <see cref="SocketException"/>. One at a time. Ends when disposed.
    /// </summary>
    ValueTask<Socket> AcceptAsync();
}

/// <summary>The real source: a listening socket, its own or borrowed from the settings.</summary>
internal sealed class SocketAcceptSource : IAcceptSource
{
    private const int SolSocketLinux = 1;
    private const int SoReusePortLinux = 15;
    private const int SolSocketBsd = 0xffff;
    private const int SoReusePortBsd = 0x0200;

    private readonly CancellationTokenSource _closed = new();
    private readonly Socket _socket;
    private readonly bool _borrowed;

    private SocketAcceptSource(Socket socket, bool borrowed)
    {
        _socket = socket;
        _borrowed = borrowed;
        LocalEndPoint = socket.LocalEndPoint!;
    }

    public EndPoint LocalEndPoint { get; }

    /// <summary>Binds and listens. Fails with what the system or the settings' callback threw.</summary>
    public static IAcceptSource Bind(TcpSettings settings, EndPoint endPoint)
    {
        endPoint = Reachable(settings, endPoint);
        var socket = settings.Socket ?? Create(endPoint);
        try
        {
            Configure(socket, settings, endPoint);
            if (settings.Socket is null)
                UnixSocketFile.Bind(socket, endPoint, settings.UnixSocketMode);
            socket.Listen(settings.Backlog);
            return new SocketAcceptSource(socket, borrowed: settings.Socket is not null);
        }
        catch
        {
            if (settings.Socket is null)
                socket.Dispose();
            throw;
        }
    }

    public ValueTask<Socket> AcceptAsync() => _socket.AcceptAsync(_closed.Token);

    public void Dispose()
    {
        // A borrowed socket stays open, so the accept under way is taken back; what it had accepted by then still
        // arrives.
        _closed.Cancel();
        if (!_borrowed)
            _socket.Dispose();
    }

    /// <summary>Every address, of IPv4 alone where the system has no IPv6; others as they are.</summary>
    public static EndPoint Reachable(TcpSettings settings, EndPoint endPoint) =>
        IsAny(endPoint) && !Socket.OSSupportsIPv6 && settings.DualMode
            ? new IPEndPoint(IPAddress.Any, ((IPEndPoint)endPoint).Port)
            : endPoint;

    /// <summary>Sets what the settings say of a socket that is to listen. Before it is bound.</summary>
    public static void Configure(Socket socket, TcpSettings settings, EndPoint endPoint)
    {
        if (settings.Socket is null)
        {
            if (endPoint.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = IsAny(endPoint) && settings.DualMode;
            if (settings.ReusePort && endPoint.AddressFamily != AddressFamily.Unix)
                SetReusePort(socket);
        }

        settings.Connection.SocketOptions.ApplyBuffers(socket);
        settings.ConfigureListener?.Invoke(socket);
    }

    private static bool IsAny(EndPoint endPoint) => endPoint is IPEndPoint ip && ip.Address.Equals(IPAddress.IPv6Any);

    private static Socket Create(EndPoint endPoint) => new(
        endPoint.AddressFamily,
        SocketType.Stream,
        endPoint.AddressFamily == AddressFamily.Unix ? ProtocolType.Unspecified : ProtocolType.Tcp);

    private static void SetReusePort(Socket socket)
    {
        Span<byte> on = stackalloc byte[sizeof(int)];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(on, 1);
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(SolSocketLinux, SoReusePortLinux, on);
        else
            socket.SetRawSocketOption(SolSocketBsd, SoReusePortBsd, on);
    }
}
