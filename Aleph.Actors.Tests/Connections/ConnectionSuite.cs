using System.Text;
using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Connections;

/// <summary>What every connection does, whatever its transport.</summary>
public abstract class ConnectionSuite : ConnectionHarness
{
    private protected ConnectionSuite(IWire wire, string config = "")
        : base(wire, config)
    {
    }

    [Fact]
    public async Task Echoes()
    {
        var (_, peer) = await ConnectAsync(ScriptedProtocol.Echo());
        await peer.WriteAsync("hello"u8.ToArray());
        Assert.Equal("hello"u8.ToArray(), await peer.ReadExactlyAsync(5));
    }

    [Fact]
    public async Task Echoes_single_bytes()
    {
        var (_, peer) = await ConnectAsync(ScriptedProtocol.Echo());
        for (var i = 0; i < 200; i++)
        {
            await peer.WriteAsync(new[] { (byte)i });
            Assert.Equal([(byte)i], await peer.ReadExactlyAsync(1));
        }
    }

    [Fact]
    public async Task Presents_unconsumed_bytes_again_with_what_follows()
    {
        var lines = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var protocol = new ScriptedProtocol
        {
            Receive = (_, data) =>
            {
                var end = data.IndexOf((byte)'\n');
                if (end >= 0)
                    lines.TrySetResult(Encoding.ASCII.GetString(data[..end]));
                return end + 1;
            },
        };
        var (_, peer) = await ConnectAsync(protocol);
        foreach (var b in "one line\n"u8.ToArray())
            await peer.WriteAsync(new[] { b });
        Assert.Equal("one line", await lines.Task.Within("the line was presented whole"));
    }

    [Fact]
    public async Task Presents_nothing_in_a_pause_and_all_after_it()
    {
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var protocol = new ScriptedProtocol
        {
            OnStart = c => c.PauseReading(),
            Receive = (_, data) =>
            {
                seen.TrySetResult();
                return data.Length;
            },
        };
        var (actor, peer) = await ConnectAsync(protocol);
        await peer.WriteAsync("abc"u8.ToArray());
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnTurn(actor, _ => passed.SetResult());
        await passed.Task.Within("a turn after the write");
        Assert.False(seen.Task.IsCompleted);
        OnTurn(actor, c => c.ResumeReading());
        await seen.Task.Within("the bytes were presented after the pause");
    }

    [Fact]
    public async Task Resuming_presents_unconsumed_bytes_though_none_came()
    {
        var presented = 0;
        var again = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var protocol = new ScriptedProtocol
        {
            Receive = (_, data) =>
            {
                first.TrySetResult();
                if (++presented == 1)
                    return 0;
                again.TrySetResult();
                return data.Length;
            },
        };
        var (actor, peer) = await ConnectAsync(protocol);
        await peer.WriteAsync("x"u8.ToArray());
        await first.Task.Within("the byte was presented");
        OnTurn(actor, c => c.ResumeReading());
        await again.Task.Within("the byte was presented again");
    }

    [Fact]
    public async Task A_pause_right_after_a_resume_holds_and_lets_turns_go_on()
    {
        const int Total = 1_000_000;
        var (isPaused, received) = (false, 0);
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var protocol = new ScriptedProtocol
        {
            Receive = (_, data) =>
            {
                Assert.False(isPaused);
                if (first.TrySetResult())
                    return 0;
                received += data.Length;
                if (received == Total)
                    all.SetResult();
                return data.Length;
            },
        };
        var (actor, peer) = await ConnectAsync(protocol);
        await peer.WriteAsync(new byte[1]);
        await first.Task.Within("the byte was presented");
        OnTurn(actor, c =>
        {
            isPaused = true;
            c.ResumeReading();
            c.PauseReading();
        });
        var write = peer.WriteAsync(new byte[Total - 1]);
        for (var turn = 0; turn < 100; turn++)
        {
            var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            OnTurn(actor, _ => passed.SetResult());
            await passed.Task.Within("a turn in the pause");
        }

        OnTurn(actor, c =>
        {
            isPaused = false;
            c.ResumeReading();
        });
        await all.Task.Within("all bytes came after the pause");
        await write;
    }

    [Fact]
    public async Task A_pause_holds_back_the_peer()
    {
        var protocol = new ScriptedProtocol { OnStart = c => c.PauseReading() };
        var (actor, peer) = await ConnectAsync(protocol);
        var total = 32 * 1024 * 1024;
        var write = peer.WriteAsync(new byte[total]);
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        OnTurn(actor, _ => passed.SetResult());
        await passed.Task.Within("a turn in the pause");
        Assert.False(write.IsCompleted);
        OnTurn(actor, c => c.ResumeReading());
        await write.Within("the peer could write everything after the pause");
    }

    [Fact]
    public async Task Answers_after_the_peer_half_closed()
    {
        var protocol = new ScriptedProtocol
        {
            PeerClose = c =>
            {
                c.Output.Write("bye"u8);
                c.Close(ConnectionEnd.Completed);
            },
        };
        var (_, peer) = await ConnectAsync(protocol);
        await peer.WriteAsync("last words"u8.ToArray());
        peer.HalfClose();
        Assert.Equal("bye"u8.ToArray(), await peer.ReadToEndAsync());
        Assert.Equal(ConnectionEnd.Completed, await protocol.Ended.Within("the protocol ended"));
        Assert.Equal(10, protocol.Presented.Sum(p => p.Length));
    }

    [Fact]
    public async Task Half_closes_after_its_output_and_reads_on()
    {
        var protocol = new ScriptedProtocol
        {
            OnStart = c =>
            {
                c.Output.Write(new byte[1_000_000]);
                c.ShutdownOutput();
            },
        };
        var (_, peer) = await ConnectAsync(protocol);
        Assert.Equal(1_000_000, (await peer.ReadToEndAsync()).Length);
        await peer.WriteAsync("still here"u8.ToArray());
        peer.HalfClose();
        await protocol.Ended.Within("the protocol ended");
        Assert.Equal(10, protocol.Presented.Sum(p => p.Length));
    }

    [Fact]
    public async Task Ends_with_a_reset_of_the_peer()
    {
        var protocol = new ScriptedProtocol();
        var (_, peer) = await ConnectAsync(protocol);
        await protocol.Started.Within("the protocol started");
        peer.Reset();
        Assert.Equal(ConnectionEndReason.ConnectionReset, (await protocol.Ended.Within("the protocol ended")).Reason);
        Assert.Equal(1, protocol.Ends);
    }

    [Fact]
    public async Task A_successor_gets_the_bytes_its_predecessor_left()
    {
        var second = ScriptedProtocol.Echo();
        var first = new ScriptedProtocol
        {
            Receive = (c, data) =>
            {
                c.ReplaceProtocol(second);
                return 1;
            },
        };
        var (_, peer) = await ConnectAsync(first);
        await peer.WriteAsync("Uabc"u8.ToArray());
        Assert.Equal("abc"u8.ToArray(), await peer.ReadExactlyAsync(3));
        peer.HalfClose();
        await second.Ended.Within("the successor ended");
        Assert.Equal(0, first.Ends);
    }

    [Fact]
    public async Task Closing_sends_what_is_buffered()
    {
        var protocol = new ScriptedProtocol();
        var (actor, peer) = await ConnectAsync(protocol);
        OnTurn(actor, c =>
        {
            c.Output.Write(new byte[5_000_000]);
            c.Close(ConnectionEnd.Completed);
        });
        Assert.Equal(5_000_000, (await peer.ReadToEndAsync()).Length);
        Assert.Equal(ConnectionEnd.Completed, await protocol.Ended.Within("the protocol ended"));
    }

    [Fact]
    public async Task Stopping_the_actor_sends_what_is_buffered()
    {
        var protocol = new ScriptedProtocol();
        var (actor, peer) = await ConnectAsync(protocol);
        await protocol.Started.Within("the protocol started");
        OnTurn(actor, c => c.Output.Write(new byte[5_000_000]));
        actor.Tell(PoisonPill.Instance);
        Assert.Equal(ConnectionEndReason.Stopped, (await protocol.Ended.Within("the protocol ended")).Reason);
        Assert.Equal(5_000_000, (await peer.ReadToEndAsync()).Length);
    }

    [Fact]
    public async Task A_fault_ends_its_connection_only()
    {
        var faulty = new ScriptedProtocol { Receive = (_, _) => throw new InvalidOperationException("a bug") };
        var sound = ScriptedProtocol.Echo();
        var (actor, peer) = await ConnectAsync(faulty);
        var (_, sibling) = await ConnectAsync(sound);
        Watch(actor);
        await EventFilter.Error(contains: "failed and is aborted").ExpectOneAsync(async () =>
        {
            await peer.WriteAsync("x"u8.ToArray());
            await ExpectTerminatedAsync(actor);
        });
        Assert.Equal(ConnectionEndReason.Failed, (await faulty.Ended.Within("the protocol ended")).Reason);
        await sibling.WriteAsync("y"u8.ToArray());
        Assert.Equal("y"u8.ToArray(), await sibling.ReadExactlyAsync(1));
    }

    [Fact]
    public async Task Drains_and_aborts_when_told()
    {
        var draining = new ScriptedProtocol();
        var (first, _) = await ConnectAsync(draining);
        await draining.Started.Within("the protocol to be drained started");
        first.Tell(ConnectionMessages.Drain.Instance);
        Assert.Equal(ConnectionEnd.Drained, await draining.Ended.Within("the drained protocol ended"));
        var aborted = new ScriptedProtocol();
        var (second, _) = await ConnectAsync(aborted);
        await aborted.Started.Within("the protocol to be aborted started");
        second.Tell(new ConnectionMessages.Abort(new ConnectionEnd(ConnectionEndReason.DrainTimeout)));
        var end = await aborted.Ended.Within("the aborted protocol ended");
        Assert.Equal(ConnectionEndReason.DrainTimeout, end.Reason);
    }

    [Fact]
    public async Task A_producer_stops_at_the_high_mark_and_goes_on_at_the_low_one()
    {
        const int Total = 2_000_000;
        var (written, highest) = (0, 0L);
        void Produce(IConnection c)
        {
            while (written < Total && !c.Output.IsAboveHighMark)
            {
                c.Output.Write(new byte[10_000]);
                written += 10_000;
            }

            highest = Math.Max(highest, c.Output.Length);
            if (written == Total)
                c.Close(ConnectionEnd.Completed);
        }

        var (_, peer) = await ConnectAsync(new ScriptedProtocol { OnStart = Produce, Writable = Produce });
        Assert.Equal(Total, (await peer.ReadToEndAsync()).Length);
        Assert.InRange(highest, 64 * 1024, (64 * 1024) + 10_000);
    }

    [Fact]
    public async Task Filters_see_all_bytes_both_ways()
    {
        var (_, peer) = await ConnectAsync(ScriptedProtocol.Echo(), change: spec => spec with
        {
            FilterBeforeTls = _ => new XorFilter(0x55),
            FilterAfterTls = _ => new XorFilter(0x0f),
        });
        var bytes = new byte[300_000];
        new Random(7).NextBytes(bytes);
        var write = peer.WriteAsync(bytes);
        Assert.Equal(bytes, await peer.ReadExactlyAsync(bytes.Length));
        await write;
        peer.HalfClose();
        Assert.Empty(await peer.ReadToEndAsync());
    }

    [Fact]
    public async Task A_layer_put_around_a_running_transport_gets_the_bytes_left_and_later_output()
    {
        var protocol = new ScriptedProtocol
        {
            Receive = (c, data) =>
            {
                if (data[0] == 'U')
                {
                    c.Output.Write("plain"u8);
                    c.ReplaceTransport(inner => ByteFilters.Wrap(inner, new XorFilter(0x20)));
                    return 1;
                }

                c.Output.Write(data);
                return data.Length;
            },
        };
        var (_, peer) = await ConnectAsync(protocol);
        await peer.WriteAsync("Uabc"u8.ToArray());
        Assert.Equal("plainabc"u8.ToArray(), await peer.ReadExactlyAsync(8));
        Assert.Equal("ABC"u8.ToArray(), protocol.Presented.Skip(1).SelectMany(p => p).Take(3).ToArray());
    }

    [Fact]
    public async Task Carries_bulk_both_ways_with_flat_buffers()
    {
        const int Total = 64 * 1024 * 1024;
        var highest = 0L;
        var protocol = new ScriptedProtocol
        {
            Receive = (c, data) =>
            {
                c.Output.Write(data);
                highest = Math.Max(highest, c.Output.Length);
                if (c.Output.IsAboveHighMark)
                    c.PauseReading();
                return data.Length;
            },
            Writable = c => c.ResumeReading(),
        };
        var (_, peer) = await ConnectAsync(protocol);
        var write = WriteNumbersAsync(peer, Total);
        await ReadNumbersAsync(peer, Total).Within(TimeSpan.FromSeconds(180), "all bytes came back");
        await write;
        peer.HalfClose();
        await protocol.Ended.Within("the protocol ended");
        Assert.InRange(highest, 1, 256 * 1024);
    }

    private static async Task WriteNumbersAsync(IWirePeer peer, int total)
    {
        var chunk = new byte[64 * 1024];
        for (var i = 0; i < chunk.Length; i++)
            chunk[i] = (byte)(i % 251);
        for (var done = 0; done < total; done += chunk.Length)
            await peer.WriteAsync(chunk);
    }

    private static async Task ReadNumbersAsync(IWirePeer peer, int total)
    {
        var chunk = new byte[64 * 1024];
        for (var done = 0; done < total;)
        {
            var read = await peer.ReadAsync(chunk);
            for (var i = 0; i < read; i++)
            {
                if (chunk[i] != (byte)((done + i) % (64 * 1024) % 251))
                    Assert.Fail($"byte {done + i} is wrong");
            }

            done += read == 0 ? throw new EndOfStreamException() : read;
        }
    }
}
