using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;
using Aleph.Actors.Tcp.Streams;
using Aleph.Actors.Tests.Connections;
using Aleph.Actors.Tests.Faces;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp.Streams;

/// <summary>A connection over some wire, joined with a stage whose two sides the test drives.</summary>
public abstract class LinkHarness : ConnectionHarness
{
    private protected LinkHarness(IWire wire, string config = "")
        : base(wire, config) => Materializer = ActorMaterializer.Create(Sys);

    private protected ActorMaterializer Materializer { get; }

    private protected async Task<Linked> LinkAsync(ConnectionSettings? settings = null)
    {
        settings ??= ConnectionSettings.Default;
        var origin = new Origin();
        var output = new Demand<ByteString>();
        var (input, publisher) = Source.Queue<ByteString>(16, OverflowStrategy.Backpressure)
            .Via(Flow.FromGraph(new Stage(origin, settings.StreamWindow)))
            .ToMaterialized(Sink.AsPublisher<ByteString>(false), Keep.Both)
            .Run(Materializer);
        publisher.Subscribe(output);
        var link = await origin.Link.Within("the stage started");
        var protocol = new Observed(new StreamProtocol(link, settings));
        var (actor, peer) = await ConnectAsync(protocol, settings);
        await protocol.Started.Within("the connection started");
        return new Linked(actor, peer, input, output, protocol.Ended);
    }

    /// <summary>The parts of one joined connection.</summary>
    internal sealed record Linked(
        IActorRef Actor,
        IWirePeer Peer,
        ISourceQueueWithComplete<ByteString> Input,
        Demand<ByteString> Output,
        Task<ConnectionEnd> Ended)
    {
        public Task SendAsync(string text) => SendAsync(ByteString.FromString(text));

        public async Task SendAsync(ByteString bytes) =>
            Assert.IsType<QueueOfferResult.Enqueued>(await Input.OfferAsync(bytes).Within("an element was taken"));

        /// <summary>Takes so many bytes out of the stage.</summary>
        public async Task<string> ReceiveAsync(int count)
        {
            var text = new StringBuilder();
            while (text.Length < count)
            {
                await Output.AskForAsync(1);
                text.Append((await Output.NextAsync().Within("received bytes came out")).ToString(Encoding.Latin1));
            }

            return text.ToString();
        }

        public async Task<ConnectionEndReason> EndAsync() => (await Ended.Within("the connection ended")).Reason;

        /// <summary>What the peer sees: all until the end, or null when it was reset.</summary>
        public async Task<string?> PeerReadsAsync()
        {
            try
            {
                return Encoding.Latin1.GetString(await Peer.ReadToEndAsync());
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                return null;
            }
        }
    }

    private sealed class Origin : IStreamOrigin
    {
        private readonly TaskCompletionSource<StreamLink> _link =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<StreamLink> Link => _link.Task;

        public void Begin(StreamLink link) => _link.TrySetResult(link);

        public void Cancel()
        {
        }
    }

    private sealed class Stage(Origin origin, int window) : GraphStage<FlowShape<ByteString, ByteString>>
    {
        public override FlowShape<ByteString, ByteString> Shape { get; } =
            new(new Inlet<ByteString>("in"), new Outlet<ByteString>("out"));

        protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) =>
            new StreamLogic(Shape, origin, window);
    }

    private sealed class Observed(IConnectionProtocol inner) : IConnectionProtocol
    {
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<ConnectionEnd> _ended =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Started => _started.Task;

        public Task<ConnectionEnd> Ended => _ended.Task;

        public long Deadline => inner.Deadline;

        public void Start(IConnection connection)
        {
            inner.Start(connection);
            _started.TrySetResult();
        }

        public int OnReceived(ReadOnlySpan<byte> data) => inner.OnReceived(data);

        public void OnMessage(object message) => inner.OnMessage(message);

        public void OnWritable() => inner.OnWritable();

        public void OnPeerClosed() => inner.OnPeerClosed();

        public void OnDeadline(long now) => inner.OnDeadline(now);

        public void Drain() => inner.Drain();

        public void OnEnded(ConnectionEnd end)
        {
            inner.OnEnded(end);
            _ended.TrySetResult(end);
        }
    }
}
