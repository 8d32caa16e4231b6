using System.Net.Sockets;
using Akka.IO;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tcp.Handlers;

/// <summary>What the commands of Akka.IO say of a listener or a connection, as settings of ours.</summary>
internal static class AkkaIoSettings
{
    public static TcpSettings Of(AkkaTcp.Bind bind, TcpSettings settings) => settings with
    {
        EndPoint = bind.LocalAddress,
        Socket = null,
        Listeners = 1,
        Backlog = Math.Clamp(bind.Backlog, 1, 65535),
        ConfigureListener = Each(bind.Options, static (option, socket) => option.BeforeServerSocketBind(socket)),
        ConfigureConnection = Each(bind.Options, static (option, socket) => option.AfterConnect(socket)),
        Connection = Of(bind.TcpSettings, settings.Connection),
    };

    public static TcpClientSettings Of(AkkaTcp.Connect connect, TcpClientSettings settings) => settings with
    {
        LocalEndPoint = connect.LocalAddress ?? settings.LocalEndPoint,
        ConnectTimeout = connect.Timeout ?? settings.ConnectTimeout,
        ConfigureSocket = Each(connect.Options, static (option, socket) => option.BeforeConnect(socket)),
        ConfigureConnected = Each(connect.Options, static (option, socket) => option.AfterConnect(socket)),
        Connection = Of(connect.TcpSettings, settings.Connection),
    };

    private static ConnectionSettings Of(Akka.IO.TcpSettings? stock, ConnectionSettings settings) => stock is null
        ? settings
        : settings with
        {
            RegisterTimeout = stock.RegisterTimeout ?? settings.RegisterTimeout,
            MinReceiveBuffer = Math.Clamp(stock.MaxFrameSizeBytes, 256, settings.MinReceiveBuffer),
            MaxReceiveBuffer = Math.Max(256, stock.MaxFrameSizeBytes),

            // Bytes, despite the name; negative is its way to say unlimited.
            WriteBuffer = stock.WriteCommandsQueueMaxSize >= 0
                ? Math.Max(1024, stock.WriteCommandsQueueMaxSize)
                : settings.WriteBuffer,
        };

    private static Action<Socket>? Each(
        IEnumerable<Inet.SocketOption>? options, Action<Inet.SocketOption, Socket> apply)
    {
        Inet.SocketOption[] all = [.. options ?? []];
        if (all.Length == 0)
            return null;
        return socket =>
        {
            foreach (var option in all)
                apply(option, socket);
        };
    }
}
