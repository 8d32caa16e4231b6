using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Tests.Connections;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Transports;

/// <summary>What outlives a connection actor, whatever its transport.</summary>
public abstract class LifetimeSuite : ConnectionHarness
{
    private protected LifetimeSuite(IWire wire)
        : base(wire)
    {
    }

    [Fact]
    public async Task Stopping_with_operations_in_flight_disturbs_nobody()
    {
        var problems = CreateTestProbe();
        Sys.EventStream.Subscribe(problems, typeof(Error));
        Sys.EventStream.Subscribe(problems, typeof(Warning));
        for (var round = 0; round < 1000; round += 20)
            await Task.WhenAll(Enumerable.Range(round, 20).Select(StopInFlightAsync));
        var (_, peer) = await ConnectAsync(ScriptedProtocol.Echo());
        await peer.WriteAsync(new byte[1000]);
        Assert.Equal(new byte[1000], await peer.ReadExactlyAsync(1000));
        problems.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_transport_that_nobody_adopted_is_released()
    {
        var (transport, peer) = await Wire.ConnectAsync(ConnectionSettings.Default, TimeProvider.System);
        var adopt = new ConnectionMessages.Adopt(1, transport);
        adopt.Release();
        adopt.Release();
        await Assert.ThrowsAnyAsync<SocketException>(() => peer.ReadAsync(new byte[1]))
            .Within("the peer saw the reset");
    }

    [Fact]
    public async Task Unread_input_does_not_destroy_the_last_answer()
    {
        var (actor, peer) = await ConnectAsync(new ScriptedProtocol
        {
            Receive = (c, data) =>
            {
                c.Output.Write("413"u8);
                c.Close(ConnectionEnd.Completed);
                return 0;
            },
        });
        Watch(actor);
        await peer.WriteAsync(new byte[500_000]);
        await ExpectTerminatedAsync(actor);
        await peer.WriteAsync(new byte[10_000]);
        Assert.Equal("413"u8.ToArray(), await peer.ReadToEndAsync());
    }

    private async Task StopInFlightAsync(int round)
    {
        var protocol = new ScriptedProtocol();
        var (actor, peer) = await ConnectAsync(protocol);
        using var _ = peer;
        if (round % 2 == 0)
            OnTurn(actor, c => c.Output.Write(new byte[4_000_000]));
        await peer.WriteAsync(new byte[1]);
        if (round % 3 == 0)
            actor.Tell(new ConnectionMessages.Abort(ConnectionEnd.Stopped));
        else
            actor.Tell(PoisonPill.Instance);
        await protocol.Ended.Within("the protocol ended");
        Assert.Equal(1, protocol.Ends);
    }

    [Fact]
    public async Task What_a_send_took_before_the_stop_reaches_the_peer_once()
    {
        var bytes = new byte[5_000_000];
        new Random(11).NextBytes(bytes);
        var protocol = new ScriptedProtocol();
        var (actor, peer) = await ConnectAsync(protocol);
        var underWay = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var stopMayCome = new ManualResetEventSlim();
        OnTurn(actor, c => c.Output.Write(bytes));
        OnTurn(actor, c =>
        {
            underWay.SetResult((int)c.BytesSent + c.Output.Peek(64 * 1024).Length);
            stopMayCome.Wait(Waiting.Limit);
        });
        actor.Tell(PoisonPill.Instance);

        // The send under way completes while the turn lasts, so that its message comes after the stop.
        var first = await peer.ReadExactlyAsync(await underWay.Task.Within("a send was under way"));
        stopMayCome.Set();
        var rest = await peer.ReadToEndAsync();

        Assert.Equal(bytes.Length, first.Length + rest.Length);
        Assert.True(bytes.AsSpan().SequenceEqual((byte[])[.. first, .. rest]));
    }
}
