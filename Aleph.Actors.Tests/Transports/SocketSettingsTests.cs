using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Transports;

public sealed class SocketSettingsTests : PatientTestKit
{
    private static readonly SocketSettings Every = new()
    {
        NoDelay = false,
        KeepAlive = true,
        KeepAliveTime = TimeSpan.FromSeconds(61),
        KeepAliveInterval = TimeSpan.FromSeconds(7),
        KeepAliveCount = 4,
        ReceiveBuffer = 32 * 1024,
        SendBuffer = 48 * 1024,
    };

    [Fact]
    public async Task Options_hold_on_the_sockets_of_both_sides()
    {
        await AssertOptionsAsync(SocketSettings.Default, socket =>
        {
            Assert.True(socket.NoDelay);
            Assert.Equal(0, Option(socket, SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
        });
        await AssertOptionsAsync(Every, socket =>
        {
            Assert.False(socket.NoDelay);
            Assert.NotEqual(0, Option(socket, SocketOptionLevel.Socket, SocketOptionName.KeepAlive));
            Assert.Equal(61, Option(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
            Assert.Equal(7, Option(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval));
            Assert.Equal(4, Option(socket, SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount));

            // Linux answers the double of what was asked for, its own bookkeeping included.
            Assert.Contains(socket.ReceiveBufferSize, new[] { 32 * 1024, 64 * 1024 });
            Assert.Contains(socket.SendBufferSize, new[] { 48 * 1024, 96 * 1024 });
        });
    }

    [Fact]
    public async Task Buffers_are_known_before_a_connection_begins()
    {
        int? listening = null;
        int? connecting = null;
        await using var server = await TcpServer.BindAsync(
            Sys,
            _ => new EchoProtocol(),
            new TcpSettings
            {
                Connection = new ConnectionSettings { SocketOptions = Every },
                ConfigureListener = socket => listening = socket.ReceiveBufferSize,
            }).Within("a server that listens");
        await TcpClient.ConnectAsync(
            Sys,
            server.LocalEndPoint,
            _ => new EchoProtocol(),
            new TcpClientSettings
            {
                Connection = new ConnectionSettings { SocketOptions = Every },
                ConfigureSocket = socket => connecting = socket.ReceiveBufferSize,
            }).Within("a connection");

        Assert.Contains(listening, new int?[] { 32 * 1024, 64 * 1024 });
        Assert.Equal(listening, connecting);
    }

    [Fact]
    public void Values_of_the_configuration_reach_the_record() => Assert.Equal(
        Every,
        TcpSettings.FromConfig(ConfigurationFactory.ParseString("""
            aleph.tcp.connection.socket {
              no-delay = off
              keep-alive = on
              keep-alive-time = 61s
              keep-alive-interval = 7s
              keep-alive-count = 4
              receive-buffer = 32KiB
              send-buffer = 48KiB
            }
            """)).Connection.SocketOptions);

    [Fact]
    public void Every_fault_is_named_with_key_value_and_range()
    {
        var socket = new SocketSettings
        {
            KeepAliveTime = TimeSpan.FromSeconds(1.5),
            KeepAliveInterval = TimeSpan.Zero,
            KeepAliveCount = 128,
            ReceiveBuffer = 255,
            SendBuffer = 0,
        };

        Assert.Equal(
            [
                "aleph.tcp.connection.socket.keep-alive-time is 1500ms; it must be in whole seconds",
                "aleph.tcp.connection.socket.keep-alive-interval is 0s; it must be between 1s and 32767s",
                "aleph.tcp.connection.socket.keep-alive-count is 128; it must be between 1 and 127",
                "aleph.tcp.connection.socket.keep-alive is off; it must be on where its time or interval is set",
                "aleph.tcp.connection.socket.keep-alive is off; it must be on where its count is set",
                "aleph.tcp.connection.socket.receive-buffer is 255; it must be between 256 and 1073741824",
                "aleph.tcp.connection.socket.send-buffer is 0; it must be between 256 and 1073741824",
            ],
            new TcpSettings { Connection = new ConnectionSettings { SocketOptions = socket } }.Validate());
    }

    private static int Option(Socket socket, SocketOptionLevel level, SocketOptionName name) =>
        (int)socket.GetSocketOption(level, name)!;

    private async Task AssertOptionsAsync(SocketSettings options, Action<Socket> assert)
    {
        var connection = new ConnectionSettings { SocketOptions = options };
        Socket? accepted = null;
        Socket? connected = null;
        await using var server = await TcpServer.BindAsync(
            Sys,
            _ => new EchoProtocol(),
            new TcpSettings { Connection = connection, ConfigureConnection = socket => accepted = socket })
            .Within("a server that listens");
        var echoed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var client = new ScriptedProtocol
        {
            OnStart = c => c.Output.Write("x"u8),
            Receive = (_, data) =>
            {
                echoed.TrySetResult();
                return data.Length;
            },
        };
        await TcpClient.ConnectAsync(
            Sys,
            server.LocalEndPoint,
            _ => client,
            new TcpClientSettings { Connection = connection, ConfigureSocket = socket => connected = socket })
            .Within("a connection");
        await echoed.Task.Within("the echo, so that both have started");

        assert(accepted!);
        assert(connected!);
    }
}
