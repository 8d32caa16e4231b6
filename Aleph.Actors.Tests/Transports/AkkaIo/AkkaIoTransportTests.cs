using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Tests.Connections;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Transports.AkkaIo;

/// <summary>Bounds and ends of a connection of stock Akka.IO.</summary>
public sealed class AkkaIoTransportTests() : ConnectionHarness(new AkkaIoServerWire())
{
    private static readonly TimeSpan Long = Waiting.Patience;

    [Fact]
    public async Task What_waits_in_a_pause_is_bounded_by_the_receive_buffer_and_one_frame()
    {
        var first = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var total = 0;
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (actor, peer) = await ConnectAsync(new ScriptedProtocol
        {
            OnStart = c => c.PauseReading(),
            Receive = (_, data) =>
            {
                first.TrySetResult(data.Length);
                if ((total += data.Length) == 16 * 1024 * 1024)
                    all.SetResult();
                return data.Length;
            },
        });
        var write = peer.WriteAsync(new byte[16 * 1024 * 1024]);
        for (var turn = 0; turn < 200; turn++)
        {
            var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            OnTurn(actor, _ => passed.SetResult());
            await passed.Task.Within("a turn in the pause");
        }

        OnTurn(actor, c => c.ResumeReading());
        Assert.InRange(await first.Task.Within("the first bytes"), 1, 128 * 1024);
        await all.Task.Within("all bytes came");
        await write.Within("the peer wrote all");
    }

    [Fact]
    public async Task A_frame_is_larger_than_that_of_stock_settings()
    {
        var largest = 0;
        var (_, peer) = await ConnectAsync(new ScriptedProtocol
        {
            Receive = (c, data) =>
            {
                largest = Math.Max(largest, data.Length);
                c.Output.Write(data);
                return data.Length;
            },
        });
        var write = peer.WriteAsync(new byte[1_000_000]);
        await peer.ReadExactlyAsync(1_000_000);
        await write;
        Assert.InRange(largest, 4097, 64 * 1024);
    }

    [Fact]
    public async Task A_peer_that_does_not_close_is_let_go_at_the_linger_deadline_without_a_reset()
    {
        var settings = ConnectionSettings.Default with { LingerTimeout = TimeSpan.FromSeconds(5) };
        var protocol = new ScriptedProtocol
        {
            OnStart = c =>
            {
                c.Output.Write(new byte[100_000]);
                c.Close(ConnectionEnd.Completed);
            },
        };
        var (_, peer) = await ConnectAsync(protocol, settings);
        Assert.Equal(ConnectionEnd.Completed, await protocol.Ended.Within("the protocol ended"));
        await AwaitAssertAsync(() => Assert.Single(StockActors.Of(Sys)), Long);
        Assert.Equal(100_000, (await peer.ReadToEndAsync()).Length);
    }

    [Fact]
    public async Task A_peer_that_takes_nothing_is_reset_at_the_linger_deadline()
    {
        var settings = ConnectionSettings.Default with { LingerTimeout = TimeSpan.FromMilliseconds(300) };
        var protocol = new ScriptedProtocol();
        var (actor, peer) = await ConnectAsync(protocol, settings);
        await protocol.Started.Within("the protocol started");
        OnTurn(actor, c => c.Output.Write(new byte[64 * 1024 * 1024]));
        actor.Tell(PoisonPill.Instance);
        await protocol.Ended.Within("the protocol ended");
        await AwaitAssertAsync(() => Assert.Single(StockActors.Of(Sys)), Long);
        await Assert.ThrowsAsync<SocketException>(async () => await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task A_reset_while_a_write_is_stalled_ends_the_connection()
    {
        var protocol = new ScriptedProtocol { OnStart = c => c.Output.Write(new byte[32 * 1024 * 1024]) };
        var (_, peer) = await ConnectAsync(protocol);
        await peer.ReadExactlyAsync(1000);
        peer.Reset();
        Assert.Equal(ConnectionEndReason.ConnectionReset, (await protocol.Ended.Within("the protocol ended")).Reason);
        await AwaitAssertAsync(() => Assert.Single(StockActors.Of(Sys)), Long);
    }

    [Fact]
    public async Task A_reset_after_the_half_close_ends_the_connection()
    {
        var protocol = new ScriptedProtocol { OnStart = c => c.ShutdownOutput() };
        var (_, peer) = await ConnectAsync(protocol);
        Assert.Empty(await peer.ReadToEndAsync());
        peer.Reset();
        Assert.Equal(ConnectionEndReason.ConnectionReset, (await protocol.Ended.Within("the protocol ended")).Reason);
    }

    [Fact]
    public async Task The_end_of_the_stock_connection_ends_ours()
    {
        var protocol = new ScriptedProtocol();
        await ConnectAsync(protocol);
        await protocol.Started.Within("the protocol started");
        Sys.Stop(StockActors.Of(Sys)[^1]);
        Assert.Equal(ConnectionEndReason.Stopped, (await protocol.Ended.Within("the protocol ended")).Reason);
    }
}
