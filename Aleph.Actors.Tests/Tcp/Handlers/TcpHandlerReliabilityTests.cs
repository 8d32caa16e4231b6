using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tests.Tcp.Handlers;

/// <summary>Peers and handlers that are slow, stall or vanish.</summary>
public sealed class TcpHandlerReliabilityTests : TcpFace
{
    private const int Chunk = 64 * 1024;

    private static readonly ConnectionSettings Hasty =
        ConnectionSettings.Default with { LingerTimeout = TimeSpan.FromMilliseconds(100) };

    [Fact]
    public async Task A_slow_handler_holds_the_peer_back()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var settings = NarrowSettings with
        {
            Connection = ConnectionSettings.Default with { UnreadLimit = Chunk },
        };
        await using var server = await TcpServer.BindAsync(
            Sys, _ => Props.Create(() => new Sleeper(go.Task, TestActor)), settings);
        using var peer = await ConnectNarrowAsync(server.LocalEndPoint);
        long sent = 0;
        var sending = SendAsync();

        // Until nothing moves any more: four kernel buffers of 64 KiB, the mailbox, and what the connection has read.
        await Pacing.UntilAsync(() => Task.FromResult(Interlocked.Read(ref sent) >= Chunk), "the peer sent");
        await Pacing.UntilQuietAsync(() => Interlocked.Read(ref sent), "the peer was held back");
        Assert.InRange(Interlocked.Read(ref sent), Chunk, 16 * Chunk);

        go.SetResult();
        await sending.Within("the peer sent the rest");
        peer.Shutdown(SocketShutdown.Send);
        Assert.Equal(64L * Chunk, await ExpectMsgAsync<long>(Long));

        async Task SendAsync()
        {
            var bytes = new byte[Chunk / 8];
            while (sent < 64 * Chunk)
                Interlocked.Add(ref sent, await peer.SendAsync(bytes));
        }
    }

    [Fact]
    public async Task A_slow_peer_costs_no_more_than_the_write_buffer()
    {
        var settings = NarrowSettings with
        {
            Connection = ConnectionSettings.Default with { WriteBuffer = 4 * Chunk },
        };
        var (connection, handler, peer) = await OpenAsync(settings, narrow: true);
        using var closing = peer;
        var refused = 0;
        for (var i = 0; i < 1000; i++)
            connection.Tell(Write(Chunk), handler.Ref);
        connection.Tell(Write(0, new Ack(1)), handler.Ref);
        connection.Tell(TcpCommands.GetInfo.Instance, handler.Ref);
        while (await handler.ReceiveOneAsync(Long) is not TcpEvents.Info and { } answer)
            refused += answer is AkkaTcp.CommandFailed ? 1 : 0;

        // What was not refused is in the buffer of 256 KiB or in the kernels'.
        Assert.InRange(refused, 1000 - 16, 999);
        var read = ReadToEndAsync(peer);
        await handler.ExpectMsgAsync<Ack>(Long);
        connection.Tell(AkkaTcp.Close.Instance, handler.Ref);
        Assert.Equal((1000L - refused) * Chunk, (await read)!.Length);
    }

    [Fact]
    public async Task Writes_that_wait_together_leave_together()
    {
        using var filter = new BlockingFilter();
        var (connection, handler, peer) = await OpenAsync(TcpSettings.Default with { FilterAfterTls = _ => filter });
        using var closing = peer;
        connection.Tell(Write(1), handler.Ref);
        await filter.Entered.Within("the first write was on its way");
        for (var i = 0; i < 10; i++)
            connection.Tell(Write(64), handler.Ref);

        filter.Release();

        for (var left = 641; left > 0;)
            left -= await peer.ReceiveAsync(new byte[1024]).Within("all writes");
        Assert.Equal([1, 640], filter.Sent);
    }

    [Fact]
    public async Task A_peer_that_stalls_is_reset_at_the_linger_deadline()
    {
        var (connection, handler, peer) = await OpenAsync(TcpSettings.Default with { Connection = Hasty });
        using var closing = peer;
        for (var i = 0; i < 400; i++)
            connection.Tell(Write(Chunk / 2), handler.Ref);
        connection.Tell(AkkaTcp.Close.Instance, handler.Ref);

        await handler.FishForMessageAsync(m => m is AkkaTcp.CommandFailed, Long);
        await handler.FishForMessageAsync(m => m is AkkaTcp.ErrorClosed, Long);
        Assert.Null(await ReadToEndAsync(peer));
    }

    [Fact]
    public async Task A_reset_before_Register_is_told_to_who_registers()
    {
        var bind = await BindAsync(Manager.Ours);
        var (peer, connection) = await ConnectAsync(bind);
        Reset(peer);

        var handler = CreateTestProbe();
        connection.Tell(new AkkaTcp.Register(handler.Ref), handler.Ref);

        await handler.ExpectMsgAsync<AkkaTcp.ErrorClosed>(Long);
    }

    [Fact]
    public async Task A_reset_while_reading_is_suspended_is_noticed()
    {
        using var open = await OpenAsync(Manager.Ours, pullMode: true);

        Reset(open.Peer);

        await open.Handler.ExpectMsgAsync<AkkaTcp.ErrorClosed>(Long);
        await open.Handler.ExpectTerminatedAsync(open.Connection, Long);
    }

    [Fact]
    public async Task A_reset_while_closing_is_an_error()
    {
        using var open = await OpenAsync(Manager.Ours);
        for (var i = 0; i < 400; i++)
            open.Connection.Tell(Write(Chunk), open.Handler.Ref);
        open.Connection.Tell(AkkaTcp.Close.Instance, open.Handler.Ref);
        Assert.NotEqual("", await open.Peer.ReceiveTextAsync());

        Reset(open.Peer);

        await open.Handler.FishForMessageAsync(m => m is AkkaTcp.ErrorClosed, Long);
    }

    [Fact]
    public async Task A_reset_while_the_peers_end_is_awaited_is_an_error()
    {
        using var open = await OpenAsync(Manager.Ours);
        open.Connection.Tell(AkkaTcp.ConfirmedClose.Instance, open.Handler.Ref);
        Assert.Empty((await ReadToEndAsync(open.Peer))!);

        Reset(open.Peer);

        await open.Handler.ExpectMsgAsync<AkkaTcp.ErrorClosed>(Long);
    }

    [Fact]
    public async Task A_reset_after_the_peers_end_is_an_error()
    {
        using var open = await OpenAsync(Manager.Ours, keepOpen: true);
        open.Peer.Shutdown(SocketShutdown.Send);
        await open.Handler.ExpectMsgAsync<AkkaTcp.PeerClosed>(Long);
        Reset(open.Peer);

        // It is noticed by writing, if not before.
        open.Connection.Tell(Write(1), open.Handler.Ref);
        open.Connection.Tell(Write(1), open.Handler.Ref);

        await open.Handler.FishForMessageAsync(m => m is AkkaTcp.ErrorClosed, Long);
    }

    private static TcpSettings NarrowSettings => TcpSettings.Default with
    {
        ConfigureListener = socket => socket.ReceiveBufferSize = 32 * 1024,
        ConfigureConnection = socket => socket.SendBufferSize = 32 * 1024,
    };

    private static async Task<Socket> ConnectNarrowAsync(EndPoint endPoint)
    {
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            ReceiveBufferSize = 32 * 1024,
            SendBufferSize = 32 * 1024,
        };
        await peer.ConnectAsync(endPoint).Within("a connection");
        return peer;
    }

    private async Task<(IActorRef Connection, Akka.TestKit.TestProbe Handler, Socket Peer)> OpenAsync(
        TcpSettings settings, bool narrow = false)
    {
        var handler = CreateTestProbe();
        Sys.AlephTcp().Manager.Tell(new TcpCommands.Bind(handler.Ref, settings), handler.Ref);
        var bound = await handler.ExpectMsgAsync<AkkaTcp.Bound>(Long);
        var peer = narrow
            ? await ConnectNarrowAsync(bound.LocalAddress)
            : await TcpTesting.ConnectAsync(bound.LocalAddress);
        await handler.ExpectMsgAsync<AkkaTcp.Connected>(Long);
        var connection = handler.LastSender;
        connection.Tell(new AkkaTcp.Register(handler.Ref), handler.Ref);
        return (connection, handler, peer);
    }

    /// <summary>Changes nothing, holds the turn up at the first output, and notes how much leaves at once.</summary>
    private sealed class BlockingFilter : IByteFilter, IDisposable
    {
        private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _go = new();

        public Task Entered => _entered.Task;

        public List<int> Sent { get; } = [];

        public int Inbound(ReadOnlySpan<byte> received, IBufferWriter<byte> protocol)
        {
            protocol.Write(received);
            return received.Length;
        }

        public void Outbound(ReadOnlySpan<byte> sent, IBufferWriter<byte> peer, bool isLast)
        {
            if (!sent.IsEmpty)
                Sent.Add(sent.Length);
            _entered.TrySetResult();
            Assert.True(_go.Wait(Long), "The test let the filter go on");
            peer.Write(sent);
        }

        public void EndOfInput(IBufferWriter<byte> protocol)
        {
        }

        public void Release() => _go.Set();

        public void Dispose() => _go.Dispose();
    }

    /// <summary>Does nothing until told to go on; counts what it received, and tells at the end.</summary>
    private sealed class Sleeper : ReceiveActor
    {
        private long _count;

        public Sleeper(Task go, IActorRef observer)
        {
            ReceiveAsync<AkkaTcp.Received>(async received =>
            {
                await go;
                _count += received.Data.Count;
            });
            Receive<AkkaTcp.PeerClosed>(_ => observer.Tell(_count));
        }
    }
}
