using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.IO;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Transports.AkkaIo;

/// <summary>A server over stock Akka.IO, where it differs from one over sockets of our own.</summary>
public sealed class AkkaIoServerTests : PatientTestKit
{
    private static readonly TimeSpan Long = Waiting.Patience;

    [Fact]
    public async Task Two_thousand_connections_leave_no_actor_behind()
    {
        await using var server = await BindAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => ChurnAsync(server.LocalEndPoint, 250, reset: n % 2 == 0)))
            .Within(TimeSpan.FromMinutes(1), "2,000 connections were served");
        Assert.Equal(2000, (await server.GetStatisticsAsync()).Accepted);

        await AwaitAssertAsync(async () => Assert.Equal(0, (await server.GetStatisticsAsync()).Open), Long);
        await AwaitAssertAsync(() => Assert.Single(StockActors.Of(Sys)), Long);
        var connections = await Sys.ActorSelection(server.Actor.Path / "connections").ResolveOne(Long);
        Assert.Empty(((ActorRefWithCell)connections).Children);
    }

    [Fact]
    public async Task The_port_closes_with_the_last_connection_of_a_server_that_ended()
    {
        var server = await BindAsync(new TcpSettings { EndPoint = LastingPort.Find() });
        using (var client = await TcpTesting.ConnectAsync(server.LocalEndPoint))
            Assert.True(await client.PingAsync());
        await server.DrainAsync(Long).Within("the server drained");
        await AwaitAssertAsync(() => Assert.Empty(StockActors.Of(Sys)), Long);

        // A process that another test starts has a copy of the listening socket until its program is loaded.
        await AwaitAssertAsync(
            async () => await Assert.ThrowsAsync<SocketException>(() => TcpTesting.ConnectAsync(server.LocalEndPoint)),
            Long);
    }

    [Fact]
    public async Task After_Unbind_connections_go_on_and_new_ones_are_reset()
    {
        await using var server = await BindAsync();
        using var old = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await old.PingAsync());

        await server.UnbindAsync().Within("the server unbound");

        Assert.Equal("", await TcpTesting.KnockAsync(server.LocalEndPoint));
        Assert.True(await old.PingAsync());
        old.Dispose();
        await server.Completion.Within("the server ended with its last connection");
        await AwaitAssertAsync(() => Assert.Empty(StockActors.Of(Sys)), Long);
    }

    [Fact]
    public async Task A_successor_on_other_terms_has_to_wait_for_the_port()
    {
        await using var server = await BindAsync(new TcpSettings { EndPoint = LastingPort.Find() });
        using var old = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await old.PingAsync());
        await server.UnbindAsync().Within("the server unbound");
        var other = new TcpSettings { EndPoint = server.LocalEndPoint, Backlog = 7 };

        var failure = await Assert.ThrowsAsync<BindException>(() => BindAsync(other));

        Assert.Equal(
            SocketError.AddressAlreadyInUse, Assert.IsType<SocketException>(failure.InnerException).SocketErrorCode);
        old.Dispose();
        await server.Completion.Within("the server ended");

        // The port may close a moment after the server has ended.
        ServerBinding? successor = null;
        await AwaitAssertAsync(async () => successor = await BindAsync(other), Long);
        await successor!.DisposeAsync();
    }

    [Fact]
    public async Task A_successor_gets_the_port_without_a_new_socket()
    {
        var calls = 0;
        void Configure(Socket socket) => calls++;
        await using var server = await BindAsync(new TcpSettings { ConfigureListener = Configure });
        using var old = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await old.PingAsync());
        await server.UnbindAsync().Within("the server unbound");

        await using var successor = await BindAsync(
            new TcpSettings { EndPoint = server.LocalEndPoint, ConfigureListener = Configure });
        using var next = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await next.PingAsync());
        Assert.True(await old.PingAsync());

        Assert.Equal(1, calls);
        old.Dispose();
        await server.Completion.Within("the server ended with its last connection");
        Assert.True(await next.PingAsync());
    }

    [Fact]
    public async Task Beyond_the_limit_as_many_wait_as_the_backlog_has_and_more_are_reset()
    {
        await using var server = await BindAsync(new TcpSettings { MaxConnections = 1, Backlog = 2 });
        using var first = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await first.PingAsync());

        // Akka.IO accepts several at a time, in no order; a reset may come while one connects.
        var late = new Dictionary<Task<string>, Socket>();
        for (var i = 0; i < 3; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            late.Add(ConnectAndReceiveAsync(client, server.LocalEndPoint), client);
        }

        var reset = await Task.WhenAny(late.Keys);
        Assert.Equal("", await reset);
        late.Remove(reset);
        await AwaitAssertAsync(() => Assert.All(late.Values, client => Assert.True(client.Connected)), Long);
        Assert.Equal(1, (await server.GetStatisticsAsync()).Rejected);
        foreach (var waiting in late.Values)
            await waiting.SendAsync("x"u8.ToArray());
        first.Dispose();
        while (late.Count > 0)
        {
            var served = await Task.WhenAny(late.Keys);
            Assert.Equal("x", await served);
            late.Remove(served, out var client);
            client!.Dispose();
        }
    }

    [Fact]
    public async Task The_end_of_the_stock_listener_resets_its_connections_and_another_one_listens()
    {
        await using var server = await BindAsync(new TcpSettings { EndPoint = LastingPort.Find() });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await client.PingAsync());

        Sys.Stop(Assert.IsAssignableFrom<ActorRefWithCell>(Sys.Tcp()).Children.Single());

        Assert.Equal("", await client.ReceiveTextAsync());
        await AwaitAssertAsync(
            async () => Assert.Equal(1, (await server.GetStatisticsAsync()).ListenerRestarts), Long);
        await AwaitAssertAsync(
            async () =>
            {
                using var next = await TcpTesting.ConnectAsync(server.LocalEndPoint);
                Assert.True(await next.PingAsync());
            },
            Long);
    }

    [Fact]
    public async Task Other_users_of_Akka_IO_keep_their_settings()
    {
        await using var server = await BindAsync();
        Assert.Equal(4096, Sys.WithExtension<TcpExt, Akka.IO.Tcp>().Settings.MaxFrameSizeBytes);
    }

    [SkippableFact]
    public async Task Several_listeners_share_a_port_by_reuse_port()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no SO_REUSEPORT");
        await using var server = await BindAsync(new TcpSettings { Listeners = 3, ReusePort = true });
        await using var second = await BindAsync(new TcpSettings { EndPoint = server.LocalEndPoint, ReusePort = true });
        await ChurnAsync(server.LocalEndPoint, 20, reset: true);
    }

    [SkippableFact]
    public async Task Every_IPv6_address_takes_IPv4_too()
    {
        Skip.IfNot(Socket.OSSupportsIPv6, "This machine has no IPv6");
        await using var server = await BindAsync(new TcpSettings { EndPoint = new IPEndPoint(IPAddress.IPv6Any, 0) });
        var port = ((IPEndPoint)server.LocalEndPoint).Port;
        await ChurnAsync(new IPEndPoint(IPAddress.Loopback, port), 1, reset: true);
        await ChurnAsync(new IPEndPoint(IPAddress.IPv6Loopback, port), 1, reset: true);
    }

    [Fact]
    public async Task A_fault_of_the_listener_callback_is_a_failure_to_bind()
    {
        var failure = await Assert.ThrowsAsync<BindException>(() => BindAsync(new TcpSettings
        {
            ConfigureListener = _ => throw new InvalidOperationException("no"),
        }));
        Assert.Equal("no", Assert.IsType<InvalidOperationException>(failure.InnerException).Message);
    }

    private static async Task<string> ConnectAndReceiveAsync(Socket client, EndPoint endPoint)
    {
        try
        {
            await client.ConnectAsync(endPoint);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset)
        {
            return "";
        }

        return await client.ReceiveTextAsync();
    }

    private static async Task ChurnAsync(EndPoint endPoint, int count, bool reset)
    {
        for (var i = 0; i < count; i++)
        {
            using var socket = await TcpTesting.ConnectAsync(endPoint);
            if (reset)
                socket.LingerState = new LingerOption(true, 0);
            Assert.True(await socket.PingAsync());
        }
    }

    private async Task<ServerBinding> BindAsync(TcpSettings? settings = null) => await TcpServer.BindAsync(
        Sys, _ => new EchoProtocol(), (settings ?? new TcpSettings()) with { Transport = TcpTransport.AkkaIo })
        .Within("a server that listens");
}
