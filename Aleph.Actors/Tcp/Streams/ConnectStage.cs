using System.Diagnostics.CodeAnalysis;
using System.Net;
using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Stage;

namespace Aleph.Actors.Tcp.Streams;

/// <summary>A connection to be made, as a stage: each materialisation connects.</summary>
internal sealed class ConnectStage(ActorSystem system, EndPoint remote, TcpClientSettings settings)
    : GraphStageWithMaterializedValue<FlowShape<ByteString, ByteString>, Task<ConnectionInfo>>
{
    private readonly Inlet<ByteString> _in = new("TcpConnect.in");
    private readonly Outlet<ByteString> _out = new("TcpConnect.out");

    public override FlowShape<ByteString, ByteString> Shape => new(_in, _out);

    public override ILogicAndMaterializedValue<Task<ConnectionInfo>> CreateLogicAndMaterializedValue(
        Attributes inheritedAttributes)
    {
        var origin = new Origin(system, remote, settings);
        return new LogicAndMaterializedValue<Task<ConnectionInfo>>(
            new StreamLogic(Shape, origin, settings.Connection.StreamWindow), origin.Connected);
    }

    [SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing.")]
    private sealed class Origin(ActorSystem system, EndPoint remote, TcpClientSettings settings) : IStreamOrigin
    {
        private readonly TaskCompletionSource<ConnectionInfo> _connected =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        private readonly CancellationTokenSource _cancelled = new();

        public Task<ConnectionInfo> Connected => _connected.Task;

        // Its outcome is that of the link and the materialised task.
        public void Begin(StreamLink link) => _ = ConnectAsync(link);

        public void Cancel() => _cancelled.Cancel();

        private async Task ConnectAsync(StreamLink link)
        {
            try
            {
                var connecting = TcpClient.ConnectAsync(
                    system, remote, _ => new StreamProtocol(link, settings.Connection), settings, _cancelled.Token);
                _connected.TrySetResult(await connecting.ConfigureAwait(false));
            }
            catch (OperationCanceledException)
            {
                _connected.TrySetCanceled(_cancelled.Token);
            }
            catch (Exception cause)
            {
                if (_connected.TrySetException(cause))
                    _ = _connected.Task.Exception;
                link.Close(cause);
            }
        }
    }
}
