using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Tests.Support;
using Xunit;
using static Aleph.Actors.ServerProtocol;

namespace Aleph.Actors.Tests.Tcp;

public class ServerDrainTests : PatientTestKit
{
    private protected virtual TcpTransport Transport => TcpTransport.Sockets;

    private static readonly TimeSpan Long = Waiting.Patience;

    [Fact]
    public async Task Port_is_free_for_a_successor_while_connections_drain()
    {
        await using var server = await BindAsync(stubborn: true);
        using var client = await ConnectedAsync(server);

        var drained = server.DrainAsync(Long);
        await using var successor = await RebindAsync(server);

        Assert.False(drained.IsCompleted);
        Assert.True(await client.PingAsync());
        client.Dispose();
        await drained.OrFail("the end of the drain");
    }

    [Fact]
    public async Task Connections_that_have_nothing_to_finish_close_at_once()
    {
        await using var server = await BindAsync();
        using var client = await ConnectedAsync(server);

        var drained = await server.Actor.Ask<Drained>(new Drain(Long), Long);

        Assert.Equal(0, drained.Aborted);
        Assert.Equal("", await client.ReceiveTextAsync());
        await server.Completion.OrFail("the end of the server");
    }

    [Fact]
    public async Task Connections_that_are_not_done_by_the_deadline_are_reset_and_counted()
    {
        await using var server = await BindAsync(stubborn: true);
        using var first = await ConnectedAsync(server);
        using var second = await ConnectedAsync(server);

        var drained = await server.Actor.Ask<Drained>(new Drain(TimeSpan.FromMilliseconds(50)), Long);

        Assert.Equal(2, drained.Aborted);
        await server.Completion.OrFail("the end of the server");
        Assert.Equal(2, (await server.GetStatisticsAsync()).Aborted);
        await Assert.ThrowsAsync<SocketException>(() => first.ReceiveAsync(new byte[1]).OrFail("a reset"));
    }

    [Fact]
    public async Task Every_drain_is_answered_and_the_earliest_deadline_counts()
    {
        await using var server = await BindAsync(stubborn: true);
        using var client = await ConnectedAsync(server);

        var slow = server.Actor.Ask<Drained>(new Drain(TimeSpan.FromMinutes(1)), Long);
        var fast = server.Actor.Ask<Drained>(new Drain(TimeSpan.Zero), Long);

        Assert.Equal(1, (await slow).Aborted);
        Assert.Equal(1, (await fast).Aborted);
    }

    [Fact]
    public async Task GracefulStop_takes_a_drain()
    {
        await using var server = await BindAsync();
        using var client = await ConnectedAsync(server);

        Assert.True(await server.Actor.GracefulStop(Long, new Drain(Long)));
        Assert.True(await server.Actor.GracefulStop(Long, new Drain(Long)));
        Assert.Equal("", await client.ReceiveTextAsync());
    }

    [Fact]
    public async Task Stop_closes_everything_and_answers()
    {
        await using var server = await BindAsync(stubborn: true);
        using var client = await ConnectedAsync(server);

        await server.Actor.Ask<Stopped>(Stop.Instance, Long);

        Assert.Equal("", await client.ReceiveTextAsync());
        await server.Completion.OrFail("the end of the server");
        await using var successor = await RebindAsync(server);
    }

    [Fact]
    public async Task Stop_cuts_a_drain_short()
    {
        await using var server = await BindAsync(stubborn: true);
        using var client = await ConnectedAsync(server);
        var drain = server.Actor.Ask<Drained>(new Drain(TimeSpan.FromMinutes(1)), Long);

        await server.Actor.Ask<Stopped>(Stop.Instance, Long);

        await drain;
        Assert.Equal("", await client.ReceiveTextAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Plain_stop_or_poison_closes_everything(bool poison)
    {
        await using var server = await BindAsync(stubborn: true);
        using var client = await ConnectedAsync(server);

        if (poison)
            server.Actor.Tell(PoisonPill.Instance);
        else
            Sys.Stop(server.Actor);

        await server.Completion.OrFail("the end of the server");
        Assert.Equal("", await client.ReceiveTextAsync());
        await using var successor = await RebindAsync(server);
    }

    [Fact]
    public async Task Ends_may_be_repeated()
    {
        var server = await BindAsync();

        await server.DisposeAsync();
        await server.DisposeAsync();
        await server.DrainAsync().OrFail("a second drain");
        server.Actor.Tell(Stop.Instance);

        Assert.True(server.Completion.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task While_draining_it_no_longer_says_where_it_listens()
    {
        await using var server = await BindAsync(stubborn: true);
        using var client = await ConnectedAsync(server);
        _ = server.DrainAsync(Long);

        var failed = await server.Actor.Ask<CommandFailed>(GetBound.Instance, Long);

        Assert.IsType<InvalidOperationException>(failed.Cause);
        client.Dispose();
    }

    private static async Task<Socket> ConnectedAsync(ServerBinding server)
    {
        var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await client.PingAsync());
        return client;
    }

    private async Task<ServerBinding> BindAsync(bool stubborn = false) =>
        await TcpServer
            .BindAsync(
                Sys,
                _ => new EchoProtocol(stubborn),
                new TcpSettings { DrainTimeout = TimeSpan.FromSeconds(1), Transport = Transport })
            .OrFail("a server that listens");

    /// <summary>Listens on the port of another server as soon as that one has left it.</summary>
    private async Task<ServerBinding> RebindAsync(ServerBinding server)
    {
        ServerBinding? successor = null;
        await AwaitAssertAsync(
            async () => successor = await TcpServer.BindAsync(
                Sys, _ => new EchoProtocol(), new() { EndPoint = server.LocalEndPoint, Transport = Transport }),
            Long);
        return successor!;
    }
}

public sealed class AkkaIoServerDrainTests : ServerDrainTests
{
    private protected override TcpTransport Transport => TcpTransport.AkkaIo;
}
