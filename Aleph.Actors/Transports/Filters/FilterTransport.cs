using System.Buffers;
using System.Net;
using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Transports.Filters;

/// <summary>
/// A layer that passes the bytes of the transport below through a filter. It keeps the filtered input that the host has
/// not consumed; while that is more than the receive limit it takes no more from below.
/// </summary>
internal sealed class FilterTransport(ITransport inner, IByteFilter filter) : ITransport, ITransportHost
{
    private const int Chunk = 64 * 1024;

    private readonly OutputBuffer _output = new();
    private readonly InputBuffer _input = new();
    private ITransportHost? _host;
    private int _presented;
    private bool _paused;
    private bool _signalled;
    private bool _peerClosed;
    private bool _peerClosedReported;
    private bool _outputEnded;

    /// <summary>A layer that presents some bytes before what comes from below.</summary>
    public FilterTransport(ITransport inner, IByteFilter filter, ReadOnlySpan<byte> first)
        : this(inner, filter) => _input.Write(first);

    public EndPoint? LocalEndPoint => inner.LocalEndPoint;

    public EndPoint? RemoteEndPoint => inner.RemoteEndPoint;

    public long? BytesAcknowledged => inner.BytesAcknowledged;

    public bool IsOpening => inner.IsOpening;

    public TlsSession? TlsSession => inner.TlsSession;

    public ProxyHeader? ProxyHeader => inner.ProxyHeader;

    public bool IsInputTruncated => inner.IsInputTruncated;

    public long Deadline => inner.Deadline;

    public IActorRef Self => _host!.Self;

    public OutputBuffer Output => _output;

    public void Start(ITransportHost host)
    {
        var first = _host is null;
        _host = host;
        _peerClosedReported = false;
        if (first)
            inner.Start(this);
        if (first && _input.Length > 0)
            Signal();
        else if (!first)
            ResumeReading();
    }

    public bool TryHandle(object message)
    {
        if (message is Again again && ReferenceEquals(again.Owner, this))
        {
            _signalled = false;
            _presented = 0;
            Present();
            if (!_paused)
                inner.ResumeReading();
            return true;
        }

        return inner.TryHandle(message);
    }

    public void OnDeadline(long now) => inner.OnDeadline(now);

    public void Flush()
    {
        FilterOutput();
        inner.Flush();
    }

    public void PauseReading()
    {
        _paused = true;
        inner.PauseReading();
    }

    public void ResumeReading()
    {
        _paused = false;
        if (_input.Length == 0 && (!_peerClosed || _peerClosedReported))
            inner.ResumeReading();
        else
            Signal();
    }

    public void ShutdownOutput()
    {
        EndOutput();
        inner.ShutdownOutput();
    }

    public void Close()
    {
        try
        {
            EndOutput();
        }
        finally
        {
            // Nothing is left there, but where the filter fails.
            _host?.Output.Clear();
            inner.Close();
            _input.Clear();
        }
    }

    public void Abort()
    {
        inner.Abort();
        _host?.Output.Clear();
        _input.Clear();
    }

    void ITransportHost.OnOpened() => _host!.OnOpened();

    int ITransportHost.OnReceived(ReadOnlySpan<byte> data)
    {
        if (_input.Length >= Chunk)
            return 0;
        var consumed = filter.Inbound(data, _input);
        Present();
        return consumed;
    }

    void ITransportHost.OnSent(int count)
    {
        // The host's bytes were reported when the filter took them; what follows below the mark can be filtered now.
        if (_host!.Output.Length > 0)
            FilterOutput();
    }

    void ITransportHost.OnPeerClosed()
    {
        if (_peerClosed)
            return;
        _peerClosed = true;
        filter.EndOfInput(_input);
        Present();
    }

    void ITransportHost.OnFailed(ConnectionEnd end) => _host!.OnFailed(end);

    private void Present()
    {
        if (!_paused && _input.Length > _presented)
        {
            var length = _input.Length;
            var consumed = _host!.OnReceived(_input.Bytes);
            if ((uint)consumed > (uint)length)
                throw new InvalidOperationException($"A protocol consumed {consumed} of {length} bytes.");
            _input.Consume(consumed);
            _presented = length - consumed;
        }

        if (_peerClosed && !_peerClosedReported && !_signalled && _input.Length <= _presented)
        {
            _peerClosedReported = true;
            _host!.OnPeerClosed();
        }
    }

    private void FilterOutput()
    {
        var output = _host!.Output;
        while (output.Length > 0 && !_output.IsAboveHighMark)
            FilterFront(output);
    }

    private void FilterFront(OutputBuffer output)
    {
        var memory = output.Peek(Chunk);
        filter.Outbound(memory.Span, _output, isLast: false);
        output.Consume(memory.Length);
        _host!.OnSent(memory.Length);
    }

    private void EndOutput()
    {
        if (_host is null || _outputEnded)
            return;
        _outputEnded = true;
        while (_host.Output.Length > 0)
            FilterFront(_host.Output);
        filter.Outbound(default, _output, isLast: true);
    }

    private void Signal()
    {
        if (_signalled)
            return;
        _signalled = true;
        Self.Tell(new Again(this), ActorRefs.NoSender);
    }

    private sealed record Again(FilterTransport Owner) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
