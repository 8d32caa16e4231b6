using System.Net;
using System.Net.Sockets;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

public sealed class ServerAddressTests : PatientTestKit
{
    [SkippableFact]
    public async Task Every_IPv6_address_takes_IPv4_too()
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "This machine has no IPv6");
        await using var server = await BindAsync(new TcpSettings { EndPoint = new IPEndPoint(IPAddress.IPv6Any, 0) });
        var port = ((IPEndPoint)server.LocalEndPoint).Port;

        await PingAsync(new IPEndPoint(IPAddress.Loopback, port));
        await PingAsync(new IPEndPoint(IPAddress.IPv6Loopback, port));
    }

    [SkippableFact]
    public async Task Without_dual_mode_IPv6_is_alone()
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "This machine has no IPv6");

        // Held for IPv4, so that nobody else listens there on the same port.
        using var held = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        held.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)held.LocalEndPoint!).Port;
        await using var server = await BindAsync(
            new TcpSettings { EndPoint = new IPEndPoint(IPAddress.IPv6Any, port), DualMode = false });

        await PingAsync(new IPEndPoint(IPAddress.IPv6Loopback, port));
        await Assert.ThrowsAsync<SocketException>(
            () => TcpTesting.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)));
    }

    [Fact]
    public async Task Unix_domain_socket_is_an_address_too()
    {
        var path = Path.Combine(Path.GetTempPath(), $"aleph-{Guid.NewGuid():N}.sock");
        await using (var server = await BindAsync(new TcpSettings { EndPoint = new UnixDomainSocketEndPoint(path) }))
            await PingAsync(server.LocalEndPoint);

        Assert.False(File.Exists(path));
    }

    [SkippableFact]
    public async Task Several_listeners_share_the_port_that_the_first_was_given()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no SO_REUSEPORT");
        await using var server = await BindAsync(new TcpSettings { Listeners = 3, ReusePort = true });
        await using var second = await BindAsync(
            new TcpSettings { EndPoint = server.LocalEndPoint, Listeners = 2, ReusePort = true });

        Assert.Equal(server.LocalEndPoint, second.LocalEndPoint);
        for (var i = 0; i < 20; i++)
            await PingAsync(server.LocalEndPoint);
    }

    [SkippableFact]
    public async Task Several_listeners_keep_one_limit()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no SO_REUSEPORT");
        await using var server = await BindAsync(
            new TcpSettings { Listeners = 4, ReusePort = true, MaxConnections = 1 });

        for (var i = 0; i < 20; i++)
            await PingAsync(server.LocalEndPoint);
    }

    [Fact]
    public async Task Socket_that_is_handed_in_stays_its_owners()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using (var server = await BindAsync(new TcpSettings { Socket = socket }))
        {
            Assert.Equal(socket.LocalEndPoint, server.LocalEndPoint);
            await PingAsync(server.LocalEndPoint);
        }

        // Whoever knocks between two servers waits, and the next one answers.
        using var early = await TcpTesting.ConnectAsync(socket.LocalEndPoint!);
        await using var successor = await BindAsync(new TcpSettings { Socket = socket });
        Assert.True(await early.PingAsync());
    }

    [Fact]
    public async Task Callback_may_set_the_listening_socket()
    {
        Socket? seen = null;
        await using var server = await BindAsync(new TcpSettings
        {
            ConfigureListener = socket =>
            {
                Assert.False(socket.IsBound);
                seen = socket;
            },
        });

        Assert.Equal(server.LocalEndPoint, seen?.LocalEndPoint);
    }

    private static async Task PingAsync(EndPoint endPoint)
    {
        using var client = await TcpTesting.ConnectAsync(endPoint);
        Assert.True(await client.PingAsync());
    }

    private async Task<ServerBinding> BindAsync(TcpSettings settings) =>
        await TcpServer.BindAsync(Sys, _ => new EchoProtocol(), settings).OrFail("a server that listens");
}
