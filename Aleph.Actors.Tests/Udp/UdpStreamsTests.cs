using System.Net;
using Akka;
using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;
using Akka.Streams.Supervision;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Faces;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Udp;
using Xunit;

namespace Aleph.Actors.Tests.Udp;

/// <summary>Sockets as streams.</summary>
public sealed class UdpStreamsTests : UdpTestKit
{
    private readonly ActorMaterializer _materializer;

    public UdpStreamsTests() => _materializer = Sys.Materializer();

    [Fact]
    public async Task A_flow_joined_with_itself_is_an_echo()
    {
        var binding = await UdpStreams.Bind(Sys).JoinMaterialized(Flow.Create<Datagram>(), Keep.Left)
            .Run(_materializer).Within("the socket was bound");

        foreach (var text in new[] { "a", "b", "" })
        {
            await Peer.SendAsync(text, binding.LocalEndPoint);
            Assert.Equal(text, await Peer.ReceiveTextAsync());
        }

        await binding.DisposeAsync();
    }

    [Fact]
    public async Task A_source_gives_what_is_asked_for_and_drops_beyond_its_queue()
    {
        var demand = new Demand<Datagram>();
        var settings = UdpSettings.Default with { ReceiveQueueCapacity = 10 };
        var binding = await UdpStreams.Receive(Sys, settings)
            .To(Sink.FromSubscriber(demand).WithAttributes(Attributes.CreateInputBuffer(1, 1)))
            .Run(_materializer).Within("the socket was bound");
        for (var i = 0; i < 30; i++)
            await Peer.SendAsync($"{i}", binding.LocalEndPoint);
        await Pacing.UntilAsync(
            () => Task.FromResult(binding.Statistics is { Received: var r, Dropped: var d } && r + d == 30),
            "30 datagrams were received or dropped");
        Assert.InRange(binding.Statistics.Received, 10, 13);

        await demand.AskForAsync(3);

        for (var i = 0; i < 3; i++)
            Assert.Equal($"{i}", (await demand.NextAsync().Within("a datagram came")).ToByteString().ToString());
        await demand.CancelAsync();
        await binding.Completion.Within("the socket was closed");
    }

    [Fact]
    public async Task A_sink_sends_without_a_port_and_completes_when_all_is_sent()
    {
        var sent = Source.From(Enumerable.Range(0, 200))
            .Select(i => new Datagram(Peer.EndPoint, Bytes($"{i}")))
            .RunWith(UdpStreams.Send(Sys), _materializer);

        for (var i = 0; i < 200; i++)
            Assert.Equal($"{i}", await Peer.ReceiveTextAsync());
        await sent.Within("the sink completed");
    }

    [Fact]
    public async Task A_connected_flow_talks_to_one_peer()
    {
        var answer = Source.Single(Bytes("hello"))
            .Via(UdpStreams.Connect(Sys, Peer.EndPoint))
            .RunWith(Sink.First<ByteString>(), _materializer);
        var greeting = await Peer.ReceiveAsync();

        await Peer.SendAsync("answer", greeting.RemoteEndPoint);

        Assert.Equal("answer", (await answer.Within("the answer came")).ToString());
    }

    [Fact]
    public async Task A_datagram_that_cannot_be_sent_fails_the_stream()
    {
        var sent = Source.Single(new Datagram(Peer.EndPoint, new byte[65_508]))
            .RunWith(UdpStreams.Send(Sys), _materializer);

        await Assert.ThrowsAnyAsync<Exception>(() => sent.Within("the stream failed"));
        Assert.IsType<DatagramTooLargeException>(sent.Exception!.GetBaseException());
    }

    // The input ends when the socket has answered that it did not send, and before the stage heard of it.
    [Fact]
    public async Task A_failure_is_not_lost_where_the_input_ends_at_the_same_time()
    {
        var settings = UdpSettings.Default with { EndPoint = null };
        var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new HeldSource(
            [new Datagram(Peer.EndPoint, new byte[65_508])], holdsAt: 1, seen.Task.Within("the socket saw it"));
        var (binding, sent) = Source.FromGraph(source)
            .ViaMaterialized(Flow.FromGraph(new UdpStage(Sys, settings, endsWithInput: true)), Keep.Right)
            .ToMaterialized(Sink.Ignore<Datagram>(), Keep.Both).Run(_materializer);
        var socket = (await binding.Within("the socket was bound")).Actor;
        await source.Holds.Within("the datagram was on its way");
        await socket.Ask<UdpSocketProtocol.Statistics>(UdpSocketProtocol.GetStatistics.Instance);
        seen.SetResult();

        await Assert.ThrowsAnyAsync<Exception>(() => sent.Within("the stream failed"));
        Assert.IsType<DatagramTooLargeException>(sent.Exception!.GetBaseException());
    }

    [Fact]
    public async Task Or_is_only_counted_where_the_stream_resumes()
    {
        var resume = ActorAttributes.CreateSupervisionStrategy(Deciders.ResumingDecider);
        var sizes = new[] { 1, 65_508, 2 };
        var sent = Source.From(sizes).Select(size => new Datagram(Peer.EndPoint, new byte[size]))
            .RunWith(UdpStreams.Send(Sys).WithAttributes(resume), _materializer);

        Assert.Equal(1, (await Peer.ReceiveAsync()).Payload.Length);
        Assert.Equal(2, (await Peer.ReceiveAsync()).Payload.Length);
        await sent.Within("the sink completed");
    }

    [Fact]
    public async Task A_taken_port_fails_the_stream_and_its_value()
    {
        var settings = UdpSettings.Default with { EndPoint = Peer.EndPoint };
        var (binding, end) = UdpStreams.Receive(Sys, settings)
            .ToMaterialized(Sink.Ignore<Datagram>(), Keep.Both).Run(_materializer);

        await Assert.ThrowsAsync<BindException>(() => binding.Within("the bind failed"));
        await Assert.ThrowsAnyAsync<Exception>(() => end.Within("the stream failed"));
    }

    [Fact]
    public async Task Disposing_the_binding_completes_the_stream()
    {
        var (binding, end) = UdpStreams.Receive(Sys)
            .ToMaterialized(Sink.Ignore<Datagram>(), Keep.Both).Run(_materializer);

        await (await binding.Within("the socket was bound")).DisposeAsync();

        await end.Within("the stream completed");
    }

    [Fact]
    public async Task What_was_received_before_the_binding_was_disposed_still_comes_out()
    {
        var (binding, demand) = await ReceivedAndNotTakenAsync();

        await binding.DisposeAsync();

        await demand.AskForAsync(5);
        for (var i = 0; i < 5; i++)
            Assert.Equal($"{i}", (await demand.NextAsync().Within("a datagram came")).ToByteString().ToString());
        await demand.End.Within("the stream completed");
    }

    [Fact]
    public async Task A_stream_ends_where_somebody_else_took_the_last_datagram_of_a_closed_socket()
    {
        var (binding, demand) = await ReceivedAndNotTakenAsync();

        await binding.DisposeAsync();
        await foreach (var _ in binding)
        {
            // All that the stream has not asked for.
        }

        await demand.AskForAsync(5);
        await demand.End.Within("the stream completed");
    }

    // The socket is closed when the datagram is given to it, and the stage has not heard of that.
    [Theory]
    [InlineData(true), InlineData(false)]
    public async Task A_datagram_that_was_taken_and_not_sent_fails_the_stream_when_its_socket_is_closed(bool onlySends)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var source = new HeldSource(
            [new Datagram(Peer.EndPoint, Bytes("late"))], holdsAt: 0, closed.Task.Within("the socket was closed"));
        var (binding, end) = Source.FromGraph(source)
            .ViaMaterialized(Flow.FromGraph(new UdpStage(Sys, UdpSettings.Default, onlySends)), Keep.Right)
            .ToMaterialized(Sink.Ignore<Datagram>(), Keep.Both).Run(_materializer);
        var socket = await binding.Within("the socket was bound");
        await source.Holds.Within("a datagram was asked for");

        await socket.DisposeAsync();
        closed.SetResult();

        var fault = await Assert.ThrowsAnyAsync<Exception>(() => end.Within("the stream failed"));
        Assert.Contains("closed before the datagram was sent", fault.GetBaseException().Message);
    }

    [Fact]
    public async Task A_stream_that_only_sends_fails_when_its_socket_is_closed_before_the_input_ends()
    {
        var (binding, sent) = Source.Maybe<Datagram>()
            .ViaMaterialized(Flow.FromGraph(new UdpStage(Sys, UdpSettings.Default, endsWithInput: true)), Keep.Right)
            .ToMaterialized(Sink.Ignore<Datagram>(), Keep.Both).Run(_materializer);

        await (await binding.Within("the socket was bound")).DisposeAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => sent.Within("the stream failed"));
    }

    [Fact]
    public async Task A_stream_whose_output_is_cancelled_ends_when_its_socket_is_closed()
    {
        var (queue, binding) = Source.Queue<Datagram>(4, OverflowStrategy.Backpressure)
            .ViaMaterialized(UdpStreams.Bind(Sys), Keep.Both)
            .To(Sink.Cancelled<Datagram>()).Run(_materializer);

        await (await binding.Within("the socket was bound")).DisposeAsync();

        await queue.WatchCompletionAsync().Within("the stream ended");
    }

    [Fact]
    public async Task A_failing_input_closes_the_socket()
    {
        var (input, binding) = Source.Maybe<Datagram>().ViaMaterialized(UdpStreams.Bind(Sys), Keep.Both)
            .To(Sink.Ignore<Datagram>()).Run(_materializer);
        var socket = await binding.Within("the socket was bound");

        input.SetException(new InvalidOperationException("no more"));

        await socket.Completion.Within("the socket was closed");
    }

    [Fact]
    public async Task A_flow_sends_on_when_its_output_is_cancelled_and_receives_on_when_its_input_ends()
    {
        var (queue, binding) = Source.Queue<Datagram>(4, OverflowStrategy.Backpressure)
            .ViaMaterialized(UdpStreams.Bind(Sys), Keep.Both)
            .To(Sink.Cancelled<Datagram>()).Run(_materializer);
        var socket = await binding.Within("the socket was bound");
        await queue.OfferAsync(new Datagram(Peer.EndPoint, Bytes("still"))).Within("it was taken");
        Assert.Equal("still", await Peer.ReceiveTextAsync());
        queue.Complete();
        await socket.Completion.Within("the socket was closed");

        var (second, first) = Source.Empty<Datagram>().ViaMaterialized(UdpStreams.Bind(Sys), Keep.Right)
            .ToMaterialized(Sink.First<Datagram>(), Keep.Both).Run(_materializer);
        await Peer.SendAsync("late", (await second.Within("the socket was bound")).LocalEndPoint);
        Assert.Equal(4, (await first.Within("a datagram came")).Payload.Length);
    }

    [Fact]
    public async Task A_stream_that_is_torn_down_closes_its_socket()
    {
        var binding = await UdpStreams.Receive(Sys).To(Sink.Ignore<Datagram>()).Run(_materializer)
            .Within("the socket was bound");

        _materializer.Shutdown();

        await binding.Completion.Within("the socket was closed");
    }

    /// <summary>A socket's stream that is asked for nothing, with five datagrams in its queue and buffers.</summary>
    private async Task<(UdpBinding Binding, Demand<Datagram> Demand)> ReceivedAndNotTakenAsync()
    {
        var demand = new Demand<Datagram>();
        var binding = await UdpStreams.Receive(Sys)
            .To(Sink.FromSubscriber(demand).WithAttributes(Attributes.CreateInputBuffer(1, 1)))
            .Run(_materializer).Within("the socket was bound");
        for (var i = 0; i < 5; i++)
            await Peer.SendAsync($"{i}", binding.LocalEndPoint);
        await Pacing.UntilAsync(
            () => Task.FromResult(binding.Statistics.Received == 5), "the datagrams were received");
        return (binding, demand);
    }

    /// <summary>
    /// Gives some datagrams. Asked for that of an index, it holds the graph's thread until a task has completed; it
    /// ends where that index is their count, and stays open otherwise.
    /// </summary>
    private sealed class HeldSource(Datagram[] datagrams, int holdsAt, Task until) : GraphStage<SourceShape<Datagram>>
    {
        private readonly Outlet<Datagram> _out = new("HeldSource.out");
        private readonly TaskCompletionSource _holds = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Holds => _holds.Task;

        public override SourceShape<Datagram> Shape => new(_out);

        protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

        private void Hold()
        {
            _holds.SetResult();
            until.GetAwaiter().GetResult();
        }

        private Datagram[] Datagrams => datagrams;

        private int HoldsAt => holdsAt;

        private sealed class Logic : OutGraphStageLogic
        {
            private readonly HeldSource _stage;
            private int _given;

            public Logic(HeldSource stage)
                : base(stage.Shape)
            {
                _stage = stage;
                SetHandler(stage._out, this);
            }

            public override void OnPull()
            {
                if (_given == _stage.HoldsAt)
                    _stage.Hold();
                if (_given < _stage.Datagrams.Length)
                    Push(_stage._out, _stage.Datagrams[_given++]);
                else if (_stage.HoldsAt == _given)
                    CompleteStage();
            }
        }
    }
}
