using System.Net;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Transports.Memory;

namespace Aleph.Actors;

/// <summary>
/// One end of a connection inside the process: as a transport for a connection actor, opposite another transport or a
/// <see cref="MemoryPeer"/>. Used by tests and by clients in the same process; behaves like a socket without a network.
/// </summary>
public sealed class MemoryTransport : ITransport
{
    private const int ReadSize = 16 * 1024;
    private const int SendLimit = 64 * 1024;
    private const int TurnBudget = 64;

    private readonly MemoryPipe _in;
    private readonly MemoryPipe _out;
    private readonly int _maxDelivery;
    private readonly InputBuffer _received = new();
    private readonly Wake _wake = new();
    private ITransportHost? _host;
    private int _signalled;
    private int _presented;
    private Flags _flags;

    internal MemoryTransport(MemoryPipe input, MemoryPipe output, int maxDelivery)
    {
        (_in, _out, _maxDelivery) = (input, output, maxDelivery);
    }

    [Flags]
    private enum Flags
    {
        None = 0,
        Paused = 1,
        PresentAgain = 2,
        EndReported = 4,
        FinWanted = 8,
        Closed = 16,
        Failed = 32,
    }

    /// <inheritdoc/>
    public EndPoint? LocalEndPoint => null;

    /// <inheritdoc/>
    public EndPoint? RemoteEndPoint => null;

    /// <summary>Makes two transports that are connected to each other.</summary>
    /// <param name="options">How they are joined; null for the defaults.</param>
    public static (MemoryTransport First, MemoryTransport Second) CreatePair(MemoryTransportOptions? options = null)
    {
        options ??= MemoryTransportOptions.Default;
        var (forth, back) = (new MemoryPipe(options), new MemoryPipe(options));
        return (
            new MemoryTransport(back, forth, options.MaxDelivery),
            new MemoryTransport(forth, back, options.MaxDelivery));
    }

    /// <summary>Makes a transport and the peer that drives its other end from a test.</summary>
    /// <param name="options">How they are joined; null for the defaults.</param>
    public static (MemoryTransport Transport, MemoryPeer Peer) CreateWithPeer(MemoryTransportOptions? options = null)
    {
        options ??= MemoryTransportOptions.Default;
        var (forth, back) = (new MemoryPipe(options), new MemoryPipe(options));
        return (new MemoryTransport(back, forth, options.MaxDelivery), new MemoryPeer(forth, back));
    }

    /// <inheritdoc/>
    public void Start(ITransportHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        _host = host;
        _in.Readable = Signal;
        _out.Writable = Signal;
        Set(Flags.EndReported, false);
        Set(Flags.PresentAgain, true);
        Signal();
    }

    /// <inheritdoc/>
    public bool TryHandle(object message)
    {
        if (!ReferenceEquals(message, _wake))
            return false;
        Volatile.Write(ref _signalled, 0);
        if (Has(Flags.Closed | Flags.Failed))
            return true;
        Flush();
        Receive();
        return true;
    }

    /// <inheritdoc/>
    public void Flush()
    {
        if (_host is null || Has(Flags.Closed | Flags.Failed))
            return;
        var output = _host.Output;
        while (output.Length > 0)
        {
            var written = _out.Write(output.Peek(SendLimit).Span);
            if (written == 0)
                return;
            output.Consume(written);
            _host.OnSent(written);
        }

        if (Has(Flags.FinWanted))
            _out.End();
    }

    /// <inheritdoc/>
    public void PauseReading() => Set(Flags.Paused, true);

    /// <inheritdoc/>
    public void ResumeReading()
    {
        Set(Flags.Paused, false);
        Set(Flags.PresentAgain, true);
        Signal();
    }

    /// <inheritdoc/>
    public void ShutdownOutput()
    {
        Set(Flags.FinWanted, true);
        Flush();
    }

    /// <inheritdoc/>
    public void Close()
    {
        if (Has(Flags.Closed))
            return;
        while (_host is { Output: { Length: > 0 } output })
        {
            var memory = output.Peek(SendLimit);
            _out.Write(memory.Span, beyondCapacity: true);
            output.Consume(memory.Length);
        }

        _out.End();
        _in.LeaveReader();
        Leave();
    }

    /// <inheritdoc/>
    public void Abort()
    {
        if (Has(Flags.Closed))
            return;
        var reset = new ConnectionEnd(ConnectionEndReason.ConnectionReset);
        _host?.Output.Clear();
        _out.Fail(reset);
        _in.Fail(reset);
        Leave();
    }

    private void Leave()
    {
        Set(Flags.Closed, true);
        _received.Clear();
    }

    private void Receive()
    {
        for (var turn = 0; turn < TurnBudget; turn++)
        {
            if (_in.Failure is { } failure)
            {
                Set(Flags.Failed, true);
                _host!.OnFailed(failure);
                return;
            }

            var more = Read();
            var presented = Present();
            if (_in.HasEnded && !Has(Flags.EndReported) && _received.Length <= _presented && !Has(Flags.PresentAgain))
            {
                Set(Flags.EndReported, true);
                _host!.OnPeerClosed();
            }

            if (!more && !presented)
                return;
        }

        Signal();
    }

    private bool Read()
    {
        if (Has(Flags.Paused) || _received.Length >= 4 * ReadSize)
            return false;
        var size = Math.Min(ReadSize, _maxDelivery);
        var count = _in.Read(_received.GetSpan(size)[..size]);
        _received.Advance(count);
        if (_received.Length == 0)
            _received.Clear();
        return count > 0;
    }

    private bool Present()
    {
        var length = _received.Length;
        if (Has(Flags.Paused))
            return false;
        var isDue = length > _presented || (Has(Flags.PresentAgain) && length > 0);
        Set(Flags.PresentAgain, false);
        if (!isDue)
            return false;
        var consumed = _host!.OnReceived(_received.Bytes);
        if ((uint)consumed > (uint)length)
            throw new InvalidOperationException($"A protocol consumed {consumed} of {length} bytes.");
        _received.Consume(consumed);
        _presented = length - consumed;
        return true;
    }

    // Any thread.
    private void Signal()
    {
        if (_host is { } host && Interlocked.Exchange(ref _signalled, 1) == 0)
            host.Self.Tell(_wake, ActorRefs.NoSender);
    }

    private bool Has(Flags any) => (_flags & any) != 0;

    private void Set(Flags flags, bool on) => _flags = on ? _flags | flags : _flags & ~flags;

    private sealed class Wake : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
