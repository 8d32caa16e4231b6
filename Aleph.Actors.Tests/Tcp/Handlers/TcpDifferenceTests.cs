using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Tests.Support;
using Xunit;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tests.Tcp.Handlers;

/// <summary>Where our manager does otherwise than stock Akka.IO: docs/guide/coming-from-akka-io.md.</summary>
public sealed class TcpDifferenceTests : TcpFace
{
    private const int Chunk = 64 * 1024;
    private const int Chunks = 240;

    [Fact]
    public async Task Unbind_leaves_connections_alone()
    {
        using var open = await OpenAsync(Manager.Ours);

        open.Bind.Listener.Tell(AkkaTcp.Unbind.Instance, TestActor);
        await ExpectMsgAsync<AkkaTcp.Unbound>(Long);

        open.Connection.Tell(Write("still here"), open.Handler.Ref);
        Assert.Equal("still here", await open.Peer.ReceiveTextAsync());
    }

    [Fact]
    public async Task Stock_ends_connections_with_Unbind()
    {
        using var open = await OpenAsync(Manager.Stock);

        open.Bind.Listener.Tell(AkkaTcp.Unbind.Instance, TestActor);

        await open.Handler.ExpectMsgAsync<AkkaTcp.ConnectionClosed>(Long);
    }

    [Fact]
    public async Task The_bind_handlers_death_ends_accepting_alone()
    {
        using var open = await OpenAsync(Manager.Ours);

        Sys.Stop(open.Bind.Handler.Ref);

        await AwaitAssertAsync(() => AssertFree(open.Bind.EndPoint), Long);
        open.Connection.Tell(Write("still here"), open.Handler.Ref);
        Assert.Equal("still here", await open.Peer.ReceiveTextAsync());
    }

    [Fact]
    public async Task By_a_setting_the_bind_handlers_death_ends_connections()
    {
        var handler = CreateTestProbe();
        var settings = TcpSettings.Default with { StopWithBindHandler = true };
        Sys.AlephTcp().Manager.Tell(new TcpCommands.Bind(handler.Ref, settings), handler.Ref);
        var bound = await handler.ExpectMsgAsync<AkkaTcp.Bound>(Long);
        using var peer = await TcpTesting.ConnectAsync(bound.LocalAddress);
        await handler.ExpectMsgAsync<AkkaTcp.Connected>(Long);
        handler.LastSender.Tell(new AkkaTcp.Register(TestActor), TestActor);

        Sys.Stop(handler.Ref);

        await ExpectMsgAsync<AkkaTcp.Aborted>(Long);
        Assert.Null(await ReadToEndAsync(peer));
    }

    [Fact]
    public async Task Received_is_larger_than_a_stock_frame()
    {
        using var open = await OpenAsync(Manager.Ours, pullMode: true);
        await open.Peer.SendAsync(new byte[200_000]);
        var largest = 0;
        for (var count = 0; count < 200_000;)
        {
            open.Connection.Tell(AkkaTcp.ResumeReading.Instance, open.Handler.Ref);
            var received = await open.Handler.ExpectMsgAsync<AkkaTcp.Received>(Long);
            largest = Math.Max(largest, received.Data.Count);
            count += received.Data.Count;
        }

        Assert.InRange(largest, 4097, ConnectionSettings.Default.MaxReceiveBuffer);
    }

    [Fact]
    public async Task A_frame_size_asked_for_holds()
    {
        var settings = Akka.IO.TcpSettings.Create(Sys) with { MaxFrameSizeBytes = 1024 };
        using var open = await OpenAsync(Manager.Ours, settings: settings);
        await open.Peer.SendAsync(new byte[50_000]);

        for (var count = 0; count < 50_000;)
        {
            var received = await open.Handler.ExpectMsgAsync<AkkaTcp.Received>(Long);
            Assert.InRange(received.Data.Count, 1, 1024);
            count += received.Data.Count;
        }
    }

    [Fact]
    public async Task ResumeWriting_after_a_refusal_is_answered_at_the_low_mark()
    {
        var settings = Akka.IO.TcpSettings.Create(Sys) with { WriteCommandsQueueMaxSize = 16 * Chunk };

        // With a buffer of fixed size: else the kernel may make room for all that waits after the first refusal.
        using var open = await OpenAsync(
            Manager.Ours, options: [new Inet.SO.SendBufferSize(2 * Chunk)], settings: settings);
        for (var i = 0; i < Chunks; i++)
            open.Connection.Tell(Write(Chunk, new Ack(i)), open.Handler.Ref);
        await open.Handler.FishForMessageAsync(m => m is AkkaTcp.CommandFailed { Cmd: AkkaTcp.Write }, Long);
        var writer = CreateTestProbe();
        open.Connection.Tell(AkkaTcp.ResumeWriting.Instance, writer.Ref);

        // Nothing is read yet: a write is refused, and that before any other word.
        var refused = Write(16 * Chunk);
        open.Connection.Tell(refused, writer.Ref);
        Assert.Same(refused, (await writer.ExpectMsgAsync<AkkaTcp.CommandFailed>(Long)).Cmd);
        var read = ReadToEndAsync(open.Peer);

        await writer.ExpectMsgAsync<AkkaTcp.WritingResumed>(Long);
        open.Connection.Tell(Write(12 * Chunk, new Ack(-1)), writer.Ref);
        await writer.ExpectMsgAsync<Ack>(Long);
        open.Connection.Tell(AkkaTcp.Close.Instance, writer.Ref);
        Assert.NotNull(await read);
    }

    [Fact]
    public async Task ResumeWriting_is_answered_at_once_where_there_is_room()
    {
        using var open = await OpenAsync(Manager.Ours);

        open.Connection.Tell(AkkaTcp.ResumeWriting.Instance, open.Handler.Ref);

        await open.Handler.ExpectMsgAsync<AkkaTcp.WritingResumed>(Long);
    }

    [Fact]
    public async Task Each_write_has_exactly_one_answer_when_the_connection_dies()
    {
        using var open = await OpenAsync(Manager.Ours);
        for (var i = 0; i < Chunks; i++)
            open.Connection.Tell(Write(Chunk, new Ack(i)), open.Handler.Ref);
        open.Connection.Tell(AkkaTcp.Abort.Instance, open.Handler.Ref);

        var answered = new List<int>();
        while (await open.Handler.ReceiveOneAsync(Long) is not AkkaTcp.Aborted and { } answer)
            answered.Add(((answer as Ack) ?? (Ack)((AkkaTcp.Write)((AkkaTcp.CommandFailed)answer).Cmd).Ack).Number);

        Assert.Equal(Enumerable.Range(0, Chunks), answered);
    }

    [Fact]
    public async Task A_write_after_Close_is_refused_while_the_rest_leaves()
    {
        using var open = await OpenAsync(Manager.Ours);
        for (var i = 0; i < Chunks; i++)
            open.Connection.Tell(Write(Chunk), open.Handler.Ref);
        open.Connection.Tell(AkkaTcp.Close.Instance, open.Handler.Ref);
        var late = Write("late");
        open.Connection.Tell(late, open.Handler.Ref);

        Assert.Same(late, (await open.Handler.ExpectMsgAsync<AkkaTcp.CommandFailed>(Long)).Cmd);
        Assert.Equal(Chunks * Chunk, (await ReadToEndAsync(open.Peer))!.Length);
        await open.Handler.ExpectMsgAsync<AkkaTcp.Closed>(Long);
    }

    [Fact]
    public async Task A_peers_end_is_noticed_while_reading_is_suspended()
    {
        using var open = await OpenAsync(Manager.Ours, pullMode: true);

        open.Peer.Shutdown(SocketShutdown.Send);

        await open.Handler.ExpectMsgAsync<AkkaTcp.PeerClosed>(Long);
    }

    [Fact]
    public async Task An_answer_to_what_came_before_the_peers_end_still_leaves()
    {
        var bind = await BindAsync(Manager.Ours);
        var (peer, connection) = await ConnectAsync(bind);
        using var closing = peer;
        await peer.SendAsync("question"u8.ToArray());
        peer.Shutdown(SocketShutdown.Send);
        connection.Tell(new AkkaTcp.Register(Sys.ActorOf(Props.Create(() => new Answerer()))), TestActor);

        Assert.Equal("question"u8.ToArray(), await ReadToEndAsync(peer));
    }

    [Fact]
    public async Task ConfirmedClose_is_confirmed_while_reading_is_suspended()
    {
        using var open = await OpenAsync(Manager.Ours, pullMode: true);
        open.Connection.Tell(AkkaTcp.ConfirmedClose.Instance, open.Handler.Ref);
        Assert.Empty((await ReadToEndAsync(open.Peer))!);

        open.Peer.Shutdown(SocketShutdown.Send);

        await open.Handler.ExpectMsgAsync<AkkaTcp.ConfirmedClosed>(Long);
    }

    [Fact]
    public async Task Another_handler_may_take_over()
    {
        using var open = await OpenAsync(Manager.Ours);
        await open.Peer.SendAsync("one"u8.ToArray());
        await ExpectTextAsync(open.Handler, "one");
        var second = CreateTestProbe();
        open.Connection.Tell(new AkkaTcp.Register(second.Ref), second.Ref);
        open.Connection.Tell(Write(0, new Ack(1)), second.Ref);
        await second.ExpectMsgAsync<Ack>(Long);

        // The former one's death is its own business from now on.
        Sys.Stop(open.Handler.Ref);
        await open.Peer.SendAsync("two"u8.ToArray());

        await ExpectTextAsync(second, "two");
        open.Peer.Shutdown(SocketShutdown.Both);
        await second.ExpectMsgAsync<AkkaTcp.PeerClosed>(Long);
    }

    [Fact]
    public async Task By_a_setting_pull_mode_accepts_as_many_as_are_asked_for()
    {
        var handler = CreateTestProbe();
        var settings = TcpSettings.Default with { AcceptOnDemand = true };
        Sys.AlephTcp().Manager.Tell(new TcpCommands.Bind(handler.Ref, settings, pullMode: true), handler.Ref);
        var bound = await handler.ExpectMsgAsync<AkkaTcp.Bound>(Long);
        var listener = handler.LastSender;
        var peers = new List<Socket>();
        for (var i = 0; i < 5; i++)
            peers.Add(await TcpTesting.ConnectAsync(bound.LocalAddress));

        listener.Tell(new AkkaTcp.ResumeAccepting(2), handler.Ref);
        await handler.ExpectMsgAsync<AkkaTcp.Connected>(Long);
        await handler.ExpectMsgAsync<AkkaTcp.Connected>(Long);
        var statistics = await StatisticsAsync(listener);
        Assert.Equal(2, statistics.AcceptedIncomingConnections);

        listener.Tell(new AkkaTcp.ResumeAccepting(3), handler.Ref);
        for (var i = 0; i < 3; i++)
            await handler.ExpectMsgAsync<AkkaTcp.Connected>(Long);
        peers.ForEach(p => p.Dispose());
    }

    [Fact]
    public async Task Subscribers_get_statistics_at_once()
    {
        using var open = await OpenAsync(Manager.Ours);

        var statistics = await StatisticsAsync(open.Bind.Listener);

        Assert.Equal(1, statistics.AcceptedIncomingConnections);
        Assert.Equal(0, statistics.IncomingConnectionsClosed);
    }

    [Fact]
    public async Task A_failed_connect_has_a_typed_cause()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(Loopback);

        Sys.AlephTcp().Manager.Tell(new AkkaTcp.Connect(closed.LocalEndPoint), TestActor);

        var failed = await ExpectMsgAsync<AkkaTcp.CommandFailed>(Long);
        Assert.Equal(ConnectPhase.Connect, Assert.IsType<ConnectException>(failed.Cause.Value).Phase);
    }

    [Fact]
    public async Task Other_commands_are_refused()
    {
        Sys.AlephTcp().Manager.Tell(AkkaTcp.Close.Instance, TestActor);

        var failed = await ExpectMsgAsync<AkkaTcp.CommandFailed>(Long);
        Assert.IsType<NotSupportedException>(failed.Cause.Value);
    }

    [Fact]
    public async Task The_streams_of_Akka_stay_on_stock()
    {
        var materializer = Sys.Materializer();
        var binding = await Sys.TcpStream().Bind("127.0.0.1", 0)
            .To(Sink.ForEach<Akka.Streams.Dsl.Tcp.IncomingConnection>(
                c => c.HandleWith(Flow.Create<ByteString>(), materializer)))
            .Run(materializer).Within("the stock stream bound");
        using var peer = await TcpTesting.ConnectAsync(binding.LocalAddress);

        Assert.True(await peer.PingAsync());
        Assert.Empty(Sys.AlephTcp().System.Aleph().Servers.All);
    }

    private static void AssertFree(EndPoint endPoint)
    {
        using var again = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        again.Bind(endPoint);
    }

    private async Task<AkkaTcp.TcpListenerStatistics> StatisticsAsync(IActorRef listener)
    {
        var subscriber = CreateTestProbe();
        listener.Tell(new AkkaTcp.SubscribeToTcpListenerStats(subscriber.Ref), subscriber.Ref);
        return await subscriber.ExpectMsgAsync<AkkaTcp.TcpListenerStatistics>(Long);
    }

    private sealed class Answerer : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is AkkaTcp.Received received)
                Sender.Tell(AkkaTcp.Write.Create(received.Data), Self);
        }
    }
}
