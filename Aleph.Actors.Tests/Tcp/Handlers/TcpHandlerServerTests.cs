using System.Net.Sockets;
using Akka.Actor;
using Akka.IO;
using Aleph.Actors.Tests.Support;
using Xunit;
using static Aleph.Actors.ServerProtocol;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tests.Tcp.Handlers;

/// <summary>Servers with one handler actor for each connection.</summary>
public abstract class TcpHandlerServerSuite(string config = "") : PatientTestKit("akka.loglevel = WARNING\n" + config)
{
    private static TimeSpan Long => Waiting.Patience;

    [Fact]
    public async Task A_handler_learns_of_its_connection_then_of_bytes_then_of_the_end()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => Props.Create(() => new Forward(TestActor, false)));
        using var peer = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await peer.SendAsync("hello"u8.ToArray());

        var connected = await ExpectMsgAsync<AkkaTcp.Connected>(Long);
        Assert.Equal(peer.LocalEndPoint, connected.RemoteAddress);
        Assert.Equal("hello", (await ExpectMsgAsync<AkkaTcp.Received>(Long)).Data.ToString());
        Assert.Equal(server.Actor.Path / "connections" / "1", LastSender.Path);
        peer.Dispose();
        await ExpectMsgAsync<AkkaTcp.PeerClosed>(Long);
    }

    [Fact]
    public async Task A_handler_is_stopped_after_the_end_of_its_connection()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => Props.Create(() => new Forward(TestActor, false)));
        using var peer = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await ExpectMsgAsync<AkkaTcp.Connected>(Long);
        var handler = await Sys.ActorSelection(server.Actor.Path / "handlers" / "1").ResolveOne(Long);
        Watch(handler);

        LastSender.Tell(AkkaTcp.Close.Instance, handler);

        await ExpectMsgAsync<AkkaTcp.Closed>(Long);
        await ExpectTerminatedAsync(handler, Long);
    }

    [Fact]
    public async Task A_handler_that_fails_costs_its_own_connection_and_is_logged_once()
    {
        await using var server = await EchoAsync();
        using var lucky = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        using var unlucky = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await lucky.PingAsync());

        await EventFilter.Error().ExpectOneAsync(Long, async () =>
        {
            await unlucky.SendAsync("crash"u8.ToArray());
            await Assert.ThrowsAsync<SocketException>(() => unlucky.ReceiveAsync(new byte[1]).OrFail("a reset"));
        });

        Assert.True(await lucky.PingAsync());
    }

    [Fact]
    public async Task A_handler_that_cannot_be_made_costs_its_connection()
    {
        var calls = 0;
        await using var server = await TcpServer.BindAsync(
            Sys,
            _ => Interlocked.Increment(ref calls) == 1
                ? throw new InvalidOperationException("no handler for the first")
                : Props.Create(() => new EchoHandler(null)));

        // The reset may come before the client knows that it is connected.
        await EventFilter.Error(contains: "could not be made").ExpectOneAsync(
            Long,
            () => Assert.ThrowsAsync<SocketException>(async () =>
            {
                using var first = await TcpTesting.ConnectAsync(server.LocalEndPoint);
                await first.ReceiveAsync(new byte[1]).OrFail("a reset");
            }));

        using var second = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await second.PingAsync());
    }

    [Fact]
    public async Task A_peer_that_half_closes_gets_its_answer()
    {
        await using var server = await EchoAsync();
        using var peer = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await peer.SendAsync("question"u8.ToArray());
        peer.Shutdown(SocketShutdown.Send);

        Assert.Equal("question", await peer.ReceiveTextAsync());
        Assert.Equal("", await peer.ReceiveTextAsync());
    }

    [Fact]
    public async Task A_handler_may_keep_its_connection_open_after_the_peers_end()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => Props.Create(() => new Keeper(TestActor)));
        using var peer = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        peer.Shutdown(SocketShutdown.Send);
        await ExpectMsgAsync<AkkaTcp.PeerClosed>(Long);
        var connection = LastSender;

        connection.Tell(AkkaTcp.Write.Create(ByteString.FromString("still here")), TestActor);
        connection.Tell(AkkaTcp.Close.Instance, TestActor);

        Assert.Equal("still here", await peer.ReceiveTextAsync());
        await ExpectMsgAsync<AkkaTcp.Closed>(Long);
    }

    [Fact]
    public async Task A_handler_that_takes_over_outlives_the_connection()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => Props.Create(() => new Forward(TestActor, false)));
        using var peer = await ConnectedAsync(server);
        var connection = LastSender;
        var first = await Sys.ActorSelection(server.Actor.Path / "handlers" / "1").ResolveOne(Long);
        Watch(first);
        var second = CreateTestProbe();
        connection.Tell(new AkkaTcp.Register(second.Ref), second.Ref);
        await peer.SendAsync("x"u8.ToArray());
        await second.ExpectMsgAsync<AkkaTcp.Received>(Long);

        peer.Dispose();

        await second.ExpectMsgAsync<AkkaTcp.PeerClosed>(Long);
        await ExpectTerminatedAsync(first, Long);
        second.Ref.Tell("alive");
        await second.ExpectMsgAsync<string>(Long);
    }

    [Fact]
    public async Task A_drain_tells_handlers_and_half_closes()
    {
        await using var server = await EchoAsync(TestActor);
        using var peer = await ConnectedAsync(server);

        var drained = server.Actor.Ask<Drained>(new Drain(TimeSpan.FromMinutes(1)), Long);

        await ExpectMsgAsync<TcpEvents.Draining>(Long);
        Assert.Equal("", await peer.ReceiveTextAsync());
        peer.Shutdown(SocketShutdown.Both);
        await ExpectMsgAsync<AkkaTcp.ConfirmedClosed>(Long);
        Assert.Equal(0, (await drained).Aborted);
        await server.Completion.Within("the server ended");
    }

    [Fact]
    public async Task A_handler_may_hold_the_drain_and_close_by_itself()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => Props.Create(() => new Forward(TestActor, true)));
        using var peer = await ConnectedAsync(server);
        var connection = LastSender;
        var drained = server.Actor.Ask<Drained>(new Drain(TimeSpan.FromMinutes(1)), Long);
        await ExpectMsgAsync<TcpEvents.Draining>(Long);

        // Still open both ways.
        await peer.SendAsync("more"u8.ToArray());
        Assert.Equal("more", (await ExpectMsgAsync<AkkaTcp.Received>(Long)).Data.ToString());
        connection.Tell(AkkaTcp.Write.Create(ByteString.FromString("last")), TestActor);
        connection.Tell(AkkaTcp.Close.Instance, TestActor);

        Assert.Equal("last", await peer.ReceiveTextAsync());
        Assert.Equal(0, (await drained).Aborted);
    }

    [Fact]
    public async Task A_drain_that_is_held_too_long_is_cut_short()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => Props.Create(() => new Forward(TestActor, true)));
        using var peer = await ConnectedAsync(server);
        var drained = server.Actor.Ask<Drained>(new Drain(TimeSpan.FromMinutes(1)), Long);
        await ExpectMsgAsync<TcpEvents.Draining>(Long);

        // Told after that: a short time could be over before the listener has ended, and nothing would be drained.
        _ = server.DrainAsync(TimeSpan.FromMilliseconds(100));

        Assert.Equal(1, (await drained).Aborted);
        await ExpectMsgAsync<AkkaTcp.Aborted>(Long);
        await Assert.ThrowsAsync<SocketException>(() => peer.ReceiveAsync(new byte[1]).OrFail("a reset"));
    }

    [Fact]
    public async Task Stop_sends_what_is_buffered_and_tells_handlers_before_the_server_ends()
    {
        await using var server = await EchoAsync(TestActor);
        using var peer = await ConnectedAsync(server);

        await server.Actor.Ask<Stopped>(Stop.Instance, Long);

        Assert.Equal("", await peer.ReceiveTextAsync());
        await server.Completion.Within("the server ended");
        await ExpectMsgAsync<AkkaTcp.Aborted>(Long);
    }

    [Fact]
    public async Task Unbind_lets_handlers_go_on_until_the_last_has_ended()
    {
        await using var server = await EchoAsync(TestActor);
        using var peer = await ConnectedAsync(server);

        await server.UnbindAsync().Within("the port is free");

        Assert.True(await peer.PingAsync());
        peer.Dispose();
        await ExpectMsgAsync<AkkaTcp.PeerClosed>(Long);
        await server.Completion.Within("the server ended");
    }

    [Fact]
    public async Task Statistics_count_connections()
    {
        await using var server = await EchoAsync();
        using var first = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        using var second = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await first.PingAsync());
        Assert.True(await second.PingAsync());

        var statistics = await server.Actor.Ask<Statistics>(GetStatistics.Instance, Long);

        Assert.Equal((2, 2), (statistics.Open, statistics.Accepted));
    }

    [Fact]
    public async Task The_server_can_be_spawned_under_any_parent()
    {
        var server = ActorOfAsTestActorRef<Parent>(
            Props.Create(() => new Parent(TcpServer.Props(_ => Props.Create(() => new EchoHandler(null)), null))));
        var child = await server.Ask<IActorRef>("child", Long);
        var bound = await child.Ask<Bound>(GetBound.Instance, Long);
        using var peer = await TcpTesting.ConnectAsync(bound.LocalEndPoint);

        Assert.True(await peer.PingAsync());
        Assert.True(await child.GracefulStop(Long, new Drain(TimeSpan.Zero)));
    }

    private Task<ServerBinding> EchoAsync(IActorRef? observer = null) =>
        TcpServer.BindAsync(Sys, _ => Props.Create(() => new EchoHandler(observer)));

    private async Task<Socket> ConnectedAsync(ServerBinding server)
    {
        var peer = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await ExpectMsgAsync<AkkaTcp.Connected>(Long);
        return peer;
    }

    /// <summary>Tells the observer all; holds drains, if asked to.</summary>
    private sealed class Forward(IActorRef observer, bool holds = false) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is TcpEvents.Draining && holds)
                Sender.Tell(TcpCommands.HoldDrain.Instance, Self);
            observer.Forward(message);
        }
    }

    private sealed class Keeper(IActorRef observer) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is AkkaTcp.Connected)
                Sender.Tell(new AkkaTcp.Register(Self, keepOpenOnPeerClosed: true), Self);
            else if (message is AkkaTcp.PeerClosed)
                observer.Forward(message);
        }
    }

    private sealed class Parent : UntypedActor
    {
        private readonly IActorRef _child;

        public Parent(Props server) => _child = Context.ActorOf(server, "server");

        protected override void OnReceive(object message) => Sender.Tell(_child, Self);
    }
}

public sealed class TcpHandlerServerTests() : TcpHandlerServerSuite;

public sealed class TcpHandlerServerSerializingTests()
    : TcpHandlerServerSuite("akka.actor { serialize-messages = on }");

public sealed class AkkaIoTcpHandlerServerTests() : TcpHandlerServerSuite("aleph.tcp.transport = akka-io");
