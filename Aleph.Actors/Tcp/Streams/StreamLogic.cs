using Akka.IO;
using Akka.Streams;
using Akka.Streams.Stage;

namespace Aleph.Actors.Tcp.Streams;

/// <summary>
/// The stage's side of a link to a connection. What goes in is sent, what came out of the connection goes out; elements
/// are asked for once the connection runs.
/// </summary>
internal sealed class StreamLogic : InAndOutGraphStageLogic
{
    private readonly Inlet<ByteString> _in;
    private readonly Outlet<ByteString> _out;
    private readonly StreamLink _link;
    private readonly IStreamOrigin _origin;
    private bool _orderly;

    public StreamLogic(FlowShape<ByteString, ByteString> shape, IStreamOrigin origin, int window)
        : base(shape)
    {
        (_in, _out, _origin) = (shape.Inlet, shape.Outlet, origin);
        _link = new StreamLink(window, GetAsyncCallback(OnWoken));
        SetHandlers(_in, _out, this);
    }

    public override void PreStart() => _origin.Begin(_link);

    public override void OnPush()
    {
        var mayFollow = _link.Output.Add(Grab(_in));
        _link.WakeConnection();
        if (mayFollow)
            Pull(_in);
    }

    public override void OnUpstreamFinish()
    {
        _link.Output.Complete();
        _link.WakeConnection();
        if (IsClosed(_out))
            _orderly = true;
    }

    public override void OnUpstreamFailure(Exception e)
    {
        _link.Abort();
        FailStage(e);
    }

    public override void OnPull() => Emit();

    public override void OnDownstreamFinish(Exception cause)
    {
        if (!_link.IsAttached || cause is not SubscriptionWithCancelException.NonFailureCancellation)
        {
            CancelStage(cause);
            return;
        }

        _link.Input.Cancel();
        _link.WakeConnection();
        if (IsClosed(_in))
            _orderly = true;
    }

    public override void PostStop()
    {
        _origin.Cancel();
        if (!_orderly)
            _link.Abort();
    }

    private void OnWoken()
    {
        _link.BeginStageTurn();
        if (_link.Failure is { } failure)
        {
            FailStage(failure);
            return;
        }

        Emit();
        if (_link.IsClosed)
            Cancel(_in);
        else if (_link.IsAttached && !IsClosed(_in) && !HasBeenPulled(_in) && _link.Output.IsOpen)
            Pull(_in);
    }

    private void Emit()
    {
        if (IsAvailable(_out) && _link.Input.TryTake(out var bytes, out var wasFull))
        {
            Push(_out, bytes);
            if (wasFull)
                _link.WakeConnection();
        }

        if (!_link.Input.IsExhausted || IsClosed(_out))
            return;
        _orderly = IsClosed(_in);
        Complete(_out);
    }
}

/// <summary>Where the connection of a stage comes from. Used on the stage's turn.</summary>
internal interface IStreamOrigin
{
    /// <summary>
    /// Makes a connection run a <see cref="StreamProtocol"/> of this link, or closes the link if that fails.
    /// </summary>
    void Begin(StreamLink link);

    /// <summary>The stage has ended. Without effect on a connection that runs.</summary>
    void Cancel();
}
