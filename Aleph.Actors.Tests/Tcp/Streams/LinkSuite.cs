using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Aleph.Actors.Connections;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp.Streams;

/// <summary>How a stream and its connection end, and how each holds the other back, whatever the transport.</summary>
public abstract class LinkSuite : LinkHarness
{
    private static readonly ConnectionSettings Brief =
        ConnectionSettings.Default with { LingerTimeout = TimeSpan.FromMilliseconds(200) };

    private protected LinkSuite(IWire wire, string config = "")
        : base(wire, config)
    {
    }

    [Fact]
    public async Task Passes_bytes_both_ways()
    {
        var linked = await LinkAsync();
        await linked.SendAsync("hello");
        await linked.Peer.WriteAsync("welcome"u8.ToArray());

        Assert.Equal("hello"u8.ToArray(), await linked.Peer.ReadExactlyAsync(5));
        Assert.Equal("welcome", await linked.ReceiveAsync(7));
    }

    [Fact]
    public async Task Empty_elements_and_elements_of_many_segments_pass()
    {
        var linked = await LinkAsync();
        await linked.SendAsync(ByteString.Empty);
        await linked.SendAsync(ByteString.FromString("one ") + ByteString.FromString("two"));

        Assert.Equal("one two"u8.ToArray(), await linked.Peer.ReadExactlyAsync(7));
    }

    [Fact]
    public async Task Completed_output_half_closes_after_all_was_sent()
    {
        var linked = await LinkAsync();
        await linked.SendAsync(ByteString.FromBytes(new byte[300_000]));
        linked.Input.Complete();
        Assert.Equal(300_000, (await linked.PeerReadsAsync())!.Length);

        await linked.Peer.WriteAsync("still heard"u8.ToArray());
        Assert.Equal("still heard", await linked.ReceiveAsync(11));
        linked.Peer.HalfClose();
        await linked.Output.AskForAsync(1);
        await linked.Output.End.Within("the stream completed");
        Assert.Equal(ConnectionEndReason.Completed, await linked.EndAsync());
    }

    [Fact]
    public async Task Failed_output_resets()
    {
        var linked = await LinkAsync();
        linked.Input.Fail(new InvalidOperationException("broken"));

        Assert.Null(await linked.PeerReadsAsync());
        Assert.Equal(ConnectionEndReason.AbortedByApplication, await linked.EndAsync());
        await Assert.ThrowsAsync<InvalidOperationException>(() => linked.Output.End.Within("the stream failed"));
    }

    [Fact]
    public async Task Cancelled_input_is_read_and_dropped_until_the_peer_ends()
    {
        var linked = await LinkAsync();
        await linked.Output.CancelAsync();
        await linked.Peer.WriteAsync(new byte[1_000_000]).Within("the peer's bytes were read");
        await linked.SendAsync("still sent");
        Assert.Equal("still sent"u8.ToArray(), await linked.Peer.ReadExactlyAsync(10));

        linked.Input.Complete();
        Assert.Equal("", await linked.PeerReadsAsync());
        await linked.Peer.WriteAsync(new byte[1_000_000]).Within("more of the peer's bytes were read");
        Assert.False(linked.Ended.IsCompleted);
        linked.Peer.HalfClose();
        Assert.Equal(ConnectionEndReason.Completed, await linked.EndAsync());
    }

    [Fact]
    public async Task A_peer_that_does_not_end_is_left_after_the_linger_timeout()
    {
        var linked = await LinkAsync(Brief);
        await linked.Output.CancelAsync();
        linked.Input.Complete();

        Assert.Equal("", await linked.PeerReadsAsync());
        Assert.Equal(ConnectionEndReason.Timeout, await linked.EndAsync());
    }

    [Fact]
    public async Task The_peers_end_completes_the_input_and_leaves_writing_open()
    {
        var linked = await LinkAsync();
        await linked.Peer.WriteAsync("last words"u8.ToArray());
        linked.Peer.HalfClose();
        Assert.Equal("last words", await linked.ReceiveAsync(10));
        await linked.Output.AskForAsync(1);
        await linked.Output.End.Within("the input completed");

        await linked.SendAsync("an answer");
        linked.Input.Complete();
        Assert.Equal("an answer", await linked.PeerReadsAsync());
        Assert.Equal(ConnectionEndReason.Completed, await linked.EndAsync());
    }

    [Fact]
    public async Task The_peers_end_is_told_without_demand()
    {
        var linked = await LinkAsync();
        linked.Peer.HalfClose();

        await linked.Output.End.Within("the input completed");
    }

    [Fact]
    public async Task A_reset_fails_the_input_and_cancels_the_output()
    {
        var linked = await LinkAsync();
        await linked.SendAsync("x");
        await linked.Peer.ReadExactlyAsync(1);
        linked.Peer.Reset();

        await FailsAsync(linked);
    }

    [Fact]
    public async Task A_reset_after_our_half_close_fails_the_input()
    {
        var linked = await LinkAsync();
        linked.Input.Complete();
        Assert.Equal("", await linked.PeerReadsAsync());
        linked.Peer.Reset();

        var failure = await Assert.ThrowsAsync<ConnectionEndedException>(
            () => linked.Output.End.Within("the input failed"));
        Assert.Equal(ConnectionEndReason.ConnectionReset, failure.Reason);
    }

    [Fact]
    public async Task A_reset_after_both_directions_are_over_ends_the_connection()
    {
        var linked = await LinkAsync();
        await linked.Output.CancelAsync();
        linked.Input.Complete();
        Assert.Equal("", await linked.PeerReadsAsync());
        linked.Peer.Reset();

        Assert.Equal(ConnectionEndReason.ConnectionReset, await linked.EndAsync());
    }

    [Fact]
    public async Task A_reset_while_the_peer_reads_nothing_fails_the_stream()
    {
        var linked = await LinkAsync();
        _ = WriteAllAsync(linked, 64);
        await linked.Peer.ReadExactlyAsync(1000);
        linked.Peer.Reset();

        await FailsAsync(linked);
    }

    [Fact]
    public async Task A_materialiser_that_shuts_down_resets()
    {
        var linked = await LinkAsync();
        await linked.SendAsync("x");
        await linked.Peer.ReadExactlyAsync(1);
        Materializer.Shutdown();

        Assert.Null(await linked.PeerReadsAsync());
        Assert.Equal(ConnectionEndReason.AbortedByApplication, await linked.EndAsync());
    }

    [Fact]
    public async Task A_drain_completes_the_input_and_the_stream_may_still_answer()
    {
        var linked = await LinkAsync();
        await linked.Peer.WriteAsync("question"u8.ToArray());
        Assert.Equal("question", await linked.ReceiveAsync(8));
        linked.Actor.Tell(ConnectionMessages.Drain.Instance, ActorRefs.NoSender);
        await linked.Output.End.Within("the input completed");

        await linked.SendAsync("answer");
        linked.Input.Complete();
        Assert.Equal("answer", await linked.PeerReadsAsync());
        Assert.Equal(ConnectionEndReason.Completed, await linked.EndAsync());
    }

    [Fact]
    public async Task A_peer_that_stalls_at_the_close_is_reset_after_the_linger_timeout()
    {
        var linked = await LinkAsync(Brief);
        linked.Peer.HalfClose();
        await linked.SendAsync(ByteString.FromBytes(new byte[64 << 20]));
        linked.Input.Complete();

        Assert.Equal(ConnectionEndReason.Timeout, await linked.EndAsync());
        Assert.Null(await linked.PeerReadsAsync());
    }

    [Fact]
    public async Task A_peer_that_reads_nothing_holds_the_stream_back()
    {
        var linked = await LinkAsync();
        var sent = 0;
        var writing = WriteAllAsync(linked, 1024, () => Interlocked.Increment(ref sent));
        await Conformance.Pacing.UntilAsync(() => Task.FromResult(Volatile.Read(ref sent) > 0), "the writer began");
        await Conformance.Pacing.UntilQuietAsync(() => Volatile.Read(ref sent), "the writer stood still");

        Assert.InRange(Volatile.Read(ref sent), 1, 1000);
        long read = 0;
        var buffer = new byte[1 << 20];
        while (read < 1024L * 65536)
            read += await linked.Peer.ReadAsync(buffer).Within("the rest came");
        await writing.Within("the writer was done");
    }

    [Fact]
    public async Task A_stream_that_takes_nothing_holds_the_peer_back()
    {
        const int Size = 64 << 20;
        var linked = await LinkAsync();
        long written = 0;
        var writing = WriteAsync();
        await Conformance.Pacing.UntilQuietAsync(() => Volatile.Read(ref written), "the peer stood still");

        Assert.InRange(Volatile.Read(ref written), 1, Size - 1);
        long taken = 0;
        while (taken < Size)
        {
            await linked.Output.AskForAsync(1);
            var element = await linked.Output.NextAsync().Within("the rest came");
            Assert.InRange(element.Count, 1, 2 * 64 * 1024);
            taken += element.Count;
        }

        await writing.Within("the peer was done");

        async Task WriteAsync()
        {
            var block = new byte[64 * 1024];
            for (; written < Size; Volatile.Write(ref written, written + block.Length))
                await linked.Peer.WriteAsync(block);
        }
    }

    [Fact]
    public async Task All_bytes_arrive_in_order_through_small_windows()
    {
        var settings = ConnectionSettings.Default with { StreamWindow = 1024, OutputHighMark = 1024 };
        var linked = await LinkAsync(settings);
        var data = new byte[200_000];
        new Random(5).NextBytes(data);
        var writing = linked.Peer.WriteAsync(data);
        Assert.Equal(System.Text.Encoding.Latin1.GetString(data), await linked.ReceiveAsync(data.Length));
        await writing.Within("the peer was done");

        var sending = SendAsync();
        Assert.Equal(data, await linked.Peer.ReadExactlyAsync(data.Length));
        await sending.Within("the stream was done");

        async Task SendAsync()
        {
            for (var (at, size) = (0, 1); at < data.Length; at += size, size = (size * 7 % 5003) + 1)
                await linked.SendAsync(ByteString.FromBytes(data, at, Math.Min(size, data.Length - at)));
        }
    }

    private static async Task WriteAllAsync(Linked linked, int blocks, Action? written = null)
    {
        var block = ByteString.FromBytes(new byte[64 * 1024]);
        try
        {
            for (var i = 0; i < blocks && await linked.Input.OfferAsync(block) is QueueOfferResult.Enqueued; i++)
                written?.Invoke();
        }
        catch (Exception e) when (e is ConnectionEndedException or StreamDetachedException)
        {
            // The stream failed while an element waited to be taken.
            Assert.NotNull(e);
        }
    }

    private static async Task FailsAsync(Linked linked)
    {
        var failure = await Assert.ThrowsAsync<ConnectionEndedException>(
            () => linked.Output.End.Within("the input failed"));
        Assert.Equal(ConnectionEndReason.ConnectionReset, failure.Reason);
        Assert.Equal(ConnectionEndReason.ConnectionReset, await linked.EndAsync());
        await linked.Input.WatchCompletionAsync().ContinueWith(static _ => { }, TaskScheduler.Default)
            .Within("the output was cancelled");
    }
}
