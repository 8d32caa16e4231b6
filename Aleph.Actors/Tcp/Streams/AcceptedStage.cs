using Akka.IO;
using Akka.Streams;
using Akka.Streams.Stage;

namespace Aleph.Actors.Tcp.Streams;

/// <summary>A connection that waits for its handler, as a stage: materialising it claims the connection.</summary>
internal sealed class AcceptedStage(PendingConnection connection, ConnectionSettings settings)
    : GraphStage<FlowShape<ByteString, ByteString>>
{
    private readonly Inlet<ByteString> _in = new("Tcp.in");
    private readonly Outlet<ByteString> _out = new("Tcp.out");

    public override FlowShape<ByteString, ByteString> Shape => new(_in, _out);

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes)
    {
        connection.Claim();
        return new StreamLogic(Shape, new Origin(connection, settings), settings.StreamWindow);
    }

    private sealed class Origin(PendingConnection connection, ConnectionSettings settings) : IStreamOrigin
    {
        public void Begin(StreamLink link) => connection.Begin(
            _ => new StreamProtocol(link, settings),
            () => link.Close(new ConnectionEndedException(
                new ConnectionEnd(ConnectionEndReason.PeerClosed, "It had ended before its flow was materialised."))));

        public void Cancel()
        {
            // The link tells the connection.
        }
    }
}
