using System.Buffers;
using System.IO.Pipelines;
using Akka.Actor;
using Aleph.Actors.Transports.Filters;

namespace Aleph.Actors.Tcp;

/// <summary>
/// Changes the transport of a duplex connection without mixing what is before with what is after: output is held from
/// the moment that all written before is on its way, and input that was read in advance goes to the layer, which takes
/// it for its own; so plain text sent too early is never taken for text that came through the layer (RFC 3207 4.2).
/// Used on the connection's turn.
/// </summary>
internal sealed class DuplexLayering(IConnection connection, PipeReader unread, DuplexInput input, DuplexOutput output)
{
    private DuplexLayer? _request;
    private State _state;

    private enum State
    {
        Idle,
        Sending,
        Placing,
        Opening,
    }

    public void Begin(DuplexLayer request)
    {
        if (_state is not State.Idle)
            request.Fail(new InvalidOperationException("Another layer is being put around the transport."));
        else if (!input.IsOpen || !output.IsOpen)
            request.Fail(new InvalidOperationException("A direction is over: no layer can come around the transport."));
        else
            (_request, _state) = (request, State.Sending);
    }

    /// <summary>Output has been moved: goes on if that was the last.</summary>
    public void Continue()
    {
        if (_state is not State.Sending || !output.IsDrained)
            return;
        if (!TryTakeUnread(out var bytes))
        {
            Finish()?.Fail(new InvalidOperationException("A read is under way while the transport is to be changed."));
            return;
        }

        _state = State.Placing;
        output.Hold();
        connection.ReplaceTransport(transport => Place(transport, bytes));
    }

    /// <summary>The layer is in place.</summary>
    public void OnPlaced()
    {
        if (_state is State.Placing)
            OnOpened();
    }

    /// <summary>The layer has opened.</summary>
    public void OnOpened()
    {
        if (_state is not (State.Placing or State.Opening))
            return;
        output.Release();
        Finish()?.Succeed(connection.Info);
    }

    public void OnEnded(ConnectionEnd end) => Finish()?.Fail(new ConnectionEndedException(end));

    private DuplexLayer? Finish()
    {
        var request = _request;
        (_request, _state) = (null, State.Idle);
        return request;
    }

    private ITransport Place(ITransport transport, byte[] bytes)
    {
        if (bytes.Length > 0)
            transport = new FilterTransport(transport, new PassFilter(), bytes);
        var layered = _request!.Wrap(transport);
        if (layered.IsOpening)
            _state = State.Opening;
        else
            connection.Self.Tell(DuplexLayer.Placed.Instance, ActorRefs.NoSender);
        return layered;
    }

    private bool TryTakeUnread(out byte[] bytes)
    {
        bytes = [];
        try
        {
            if (!unread.TryRead(out var read))
            {
                // What the user has looked at and not consumed is only presented with something new, or with this.
                unread.CancelPendingRead();
                unread.TryRead(out read);
            }

            bytes = read.Buffer.ToArray();
            unread.AdvanceTo(read.Buffer.End);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Changes nothing: it is there for the bytes that its transport begins with.</summary>
    private sealed class PassFilter : IByteFilter
    {
        public int Inbound(ReadOnlySpan<byte> received, IBufferWriter<byte> protocol)
        {
            protocol.Write(received);
            return received.Length;
        }

        public void Outbound(ReadOnlySpan<byte> sent, IBufferWriter<byte> peer, bool isLast) => peer.Write(sent);

        public void EndOfInput(IBufferWriter<byte> protocol)
        {
        }
    }
}
