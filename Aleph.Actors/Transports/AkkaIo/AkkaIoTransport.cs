using System.Buffers;
using System.Net;
using ByteString = Akka.IO.ByteString;

namespace Aleph.Actors.Transports.AkkaIo;

/// <summary>
/// A connection of Akka.IO as a transport. It reads in pull mode, a piece is asked for while there is room for it, also
/// in a pause, so that the peer's end is noticed and nothing gathers in a mailbox; one write is in flight at a time,
/// straight from the output buffer, and its ack brings the next. Closing leaves to a <see cref="StockCloser"/> what
/// outlives the actor.
/// </summary>
internal sealed class AkkaIoTransport(StockConnection stock, ConnectionSettings settings, TimeProvider time)
    : ITransport
{
    private readonly InputBuffer _unconsumed = new();
    private ITransportHost? _host;
    private int _presented;
    private int _inFlight;
    private State _state;
    private Flags _flags;

    private enum State
    {
        New,
        Open,
        Failed,
        Closed,
    }

    [Flags]
    private enum Flags
    {
        None = 0,
        Paused = 1,
        PresentAgain = 2,
        Reading = 4,
        PeerClosed = 8,
        EndReported = 16,
        FinWanted = 32,
        FinSent = 64,
        Ended = 128,
        Presenting = 256,
    }

    public EndPoint? LocalEndPoint => stock.LocalEndPoint;

    public EndPoint? RemoteEndPoint => stock.RemoteEndPoint;

    public long? BytesAcknowledged => _state == State.Closed ? null : stock.BytesAcknowledged;

    public void Start(ITransportHost host)
    {
        _host = host;
        Set(Flags.EndReported, false);
        if (_state == State.New)
        {
            _state = State.Open;
            Set(Flags.Reading, true);
            stock.Register(host.Self);
        }
        else
        {
            ResumeReading();
        }
    }

    public bool TryHandle(object message)
    {
        if (!ReferenceEquals(message, stock.Wake))
            return false;
        var events = stock.Take();
        if (_state != State.Open)
            return true;
        Set(Flags.Ended, Has(Flags.Ended) || events.HasEnded);
        Set(Flags.PeerClosed, Has(Flags.PeerClosed) || events.HasPeerClosed);
        if (events.IsSent)
            EndSend();
        if (events.Received is { } data)
            Receive(data);
        else
            Present();
        ReportEnd();
        if (events.Failure is { } failure)
            Fail(failure);
        ReadOn();
        return true;
    }

    public void Flush()
    {
        if (_state != State.Open || _inFlight > 0)
            return;
        var output = _host!.Output;
        if (output.Length > 0)
        {
            Send(output);
        }
        else if (Has(Flags.FinWanted) && !Has(Flags.FinSent | Flags.Ended))
        {
            Set(Flags.FinSent, true);
            stock.EndOutput();
        }
    }

    public void PauseReading() => Set(Flags.Paused, true);

    public void ResumeReading()
    {
        var wasPaused = Has(Flags.Paused);
        Set(Flags.Paused, false);
        if (_unconsumed.Length > 0 || Has(Flags.Presenting))
            Set(Flags.PresentAgain, true);
        else if (!wasPaused && !(Has(Flags.PeerClosed) && !Has(Flags.EndReported)))
            return;
        stock.Signal();
    }

    public void ShutdownOutput()
    {
        if (Has(Flags.FinWanted))
            return;
        Set(Flags.FinWanted, true);
        Flush();
    }

    public void Close()
    {
        if (_state != State.Closed)
            Leave(abort: _state != State.Open);
    }

    public void Abort()
    {
        if (_state != State.Closed)
            Leave(abort: true);
    }

    private void Send(OutputBuffer output)
    {
        if (Has(Flags.FinSent | Flags.Ended))
        {
            Fail(new ConnectionEnd(ConnectionEndReason.ConnectionReset, "Nothing can be sent any more."));
            return;
        }

        var memory = output.Peek(StockSettings.MaxFrame);
        _inFlight = memory.Length;
        stock.Write(memory);
    }

    private void EndSend()
    {
        var sent = _inFlight;
        _inFlight = 0;
        _host!.Output.Consume(sent);
        _host.OnSent(sent);
        Flush();
    }

    private void Receive(ByteString data)
    {
        Set(Flags.Reading, false);
        var bytes = data.ToReadOnlySpan();
        if (_unconsumed.Length == 0 && !Has(Flags.Paused))
        {
            bytes = bytes[Present(bytes)..];
            Keep(bytes);
            _presented = bytes.Length;
        }
        else
        {
            Keep(bytes);
            Present();
        }
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0 && _state != State.Closed)
            _unconsumed.Write(bytes);
    }

    // What was kept, when there is more of it or it is wanted again.
    private void Present()
    {
        var length = _unconsumed.Length;
        if (length == 0)
            Set(Flags.PresentAgain, false);
        if (Has(Flags.Paused) || length == 0 || (length <= _presented && !Has(Flags.PresentAgain)))
            return;
        Set(Flags.PresentAgain, false);
        var consumed = Present(_unconsumed.Bytes);
        if (_state == State.Closed)
            return;
        _unconsumed.Consume(consumed);
        _presented = length - consumed;
    }

    private int Present(ReadOnlySpan<byte> bytes)
    {
        Set(Flags.Presenting, true);
        var consumed = _host!.OnReceived(bytes);
        Set(Flags.Presenting, false);
        return (uint)consumed <= (uint)bytes.Length
            ? consumed
            : throw new InvalidOperationException($"A protocol consumed {consumed} of {bytes.Length} bytes.");
    }

    private void ReportEnd()
    {
        if (_state != State.Open || !Has(Flags.PeerClosed) || Has(Flags.EndReported | Flags.PresentAgain)
            || _unconsumed.Length > _presented)
        {
            return;
        }

        Set(Flags.EndReported, true);
        _host!.OnPeerClosed();
    }

    private void ReadOn()
    {
        if (_state != State.Open || Has(Flags.Reading | Flags.PeerClosed | Flags.Ended)
            || _unconsumed.Length >= settings.MaxReceiveBuffer)
        {
            return;
        }

        Set(Flags.Reading, true);
        stock.Read();
    }

    private void Fail(ConnectionEnd end)
    {
        if (_state != State.Open)
            return;
        _state = State.Failed;
        _host!.OnFailed(end);
    }

    private void Leave(bool abort)
    {
        _state = State.Closed;
        _unconsumed.Clear();
        var output = _host is null ? new OutputBuffer() : _host.Output.TakeAll();
        new StockCloser(stock, output, _inFlight, Has(Flags.FinSent), Has(Flags.PeerClosed))
            .Begin(abort, settings.LingerTimeout, time);
    }

    private bool Has(Flags any) => (_flags & any) != 0;

    private void Set(Flags flags, bool on) => _flags = on ? _flags | flags : _flags & ~flags;
}
