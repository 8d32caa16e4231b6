using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Aleph.Actors.Connections;
using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Exchanges;

/// <summary>Whose body a <see cref="BodyPump"/> carries; any thread.</summary>
internal interface IBodyPumpHost : IBodyContext
{
    /// <summary>Counts what lies in between.</summary>
    BufferedBytes Buffered { get; }

    /// <summary>Ends the making of the body.</summary>
    CancellationToken Aborted { get; }

    /// <summary>What is current while the body is made; null, the default, for nothing.</summary>
    Activity? Activity => null;

    /// <summary>There is something to send, or the end.</summary>
    /// <param name="isWorthATurn">Whether it is to be sent here and now; else the connection wakes elsewhere, and what
    /// comes meanwhile leaves with it.</param>
    void OutputReady(bool isWorthATurn);
}

/// <summary>
/// Carries a streamed body from where it is made (the thread pool) to the connection that sends it (its turn), framed,
/// through a bounded pipe. Each element is one chunk and wakes the connection at once; small elements that are ready
/// together leave together. A small one that comes alone is handed over if the connection takes it here and now, and
/// goes through no pipe. Large ones that need no frame are lent: the connection sends them from where they lie.
/// </summary>
internal sealed class BodyPump : IThreadPoolWorkItem
{
    private const int PauseAt = 64 * 1024;
    private const int SliceSize = 32 * 1024;
    private const int SmallSize = 8 * 1024;
    private const int LentFrom = 16 * 1024;
    private const int LentAtMost = 128 * 1024;

    private static readonly PipeOptions Options = new(
        pauseWriterThreshold: PauseAt, resumeWriterThreshold: PauseAt / 2, minimumSegmentSize: 16 * 1024,
        readerScheduler: PipeScheduler.ThreadPool, writerScheduler: PipeScheduler.ThreadPool,
            useSynchronizationContext: false);

    private readonly Pipe _pipe = new(Options);
    private readonly IBodyPumpHost _host;
    private readonly HttpBody _body;
    private readonly BodyFraming _framing;
    private readonly long _length;
    private readonly Func<HttpHeaders>? _trailers;
    private readonly CancellationToken _aborted;
    private bool _isReadyTogether;
    private long _sent;
    private long _moved;
    private long _pending;
    private volatile LentBytes? _lent;
    private volatile LentBytes? _offered;
    private volatile Exception? _failure;
    private volatile bool _stopped;

    /// <param name="host">Whose it is.</param>
    /// <param name="body">Claimed already.</param>
    /// <param name="framing">How its end is told.</param>
    /// <param name="length">For Length.</param>
    /// <param name="trailers">Asked after the body, where chunks are sent; or null.</param>
    public BodyPump(
        IBodyPumpHost host, HttpBody body, BodyFraming framing, long length, Func<HttpHeaders>? trailers)
    {
        (_host, _body, _framing, _length, _trailers) = (host, body, framing, length, trailers);
        _aborted = host.Aborted;
    }

    /// <summary>Why the body ended early; null where it did not.</summary>
    public Exception? Failure => _failure;

    /// <summary>Whether all that the peer was told of has been moved, and what was lent was sent; the body's maker may
    /// not have ended. On the turn.</summary>
    public bool HasMovedAll => _framing == BodyFraming.Length && _moved == _length && _lent is not { IsTaken: true };

    /// <summary>Begins to ask the body for elements.</summary>
    void IThreadPoolWorkItem.Execute() => _ = PumpAsync();

    /// <summary>
    /// Moves what is ready to the connection's output, up to its high mark. True when all has been moved. On the turn.
    /// </summary>
    public bool CopyTo(OutputBuffer output)
    {
        // Asked first: what was written before the offer is in the pipe then, and is sent before it. A loan is not
        // taken back; an element may be, but the next is offered only when this has emptied the pipe. So what is taken
        // is what was seen here.
        var isLoanOffered = _lent is { IsOffered: true };
        var isElementOffered = _offered is { IsOffered: true };
        while (!output.IsAboveHighMark && _pipe.Reader.TryRead(out var result))
        {
            var buffer = result.Buffer;
            var count = Math.Min(buffer.Length, output.HighMark);
            foreach (var memory in buffer.Slice(0, count))
                output.Write(memory.Span);
            _moved += count;
            Account(-count);
            _pipe.Reader.AdvanceTo(buffer.GetPosition(count));
            if (result.IsCompleted && count == buffer.Length)
                return true;
        }

        if (output.IsAboveHighMark)
            return false;
        if (isLoanOffered && _lent!.TryTake())
        {
            _moved += _lent.Remaining;
            output.Write(_lent);
        }
        else if (isElementOffered && _offered!.TryTake())
        {
            _moved += _offered.Remaining;
            CopyTo(output, _offered);
        }

        return false;
    }

    /// <summary>
    /// Nothing more is wanted: the body is given up at its next element. On the turn; harmless when repeated.
    /// </summary>
    public void Stop()
    {
        _pipe.Reader.Complete();
        _stopped = true;
        Settle();
        TakeBack(_lent);
        TakeBack(_offered);
    }

    private async Task PumpAsync()
    {
        // Made after the handler returned, the body is still part of its request. Gone again with this method.
        if (_host.Activity is { } activity)
            Activity.Current = activity;
        try
        {
            var elements = _body.Open(_host, _aborted).GetAsyncEnumerator(_aborted);
            await using var end = elements.ConfigureAwait(false);
            while (true)
            {
                var next = elements.MoveNextAsync();
                _isReadyTogether = next.IsCompleted;
                if (!await next.ConfigureAwait(false))
                    break;
                var element = elements.Current;
                if (element.IsEmpty)
                    continue;
                Count(element.Length);
                if (IsHandedOver(element))
                    await _offered!.WhenBackAsync().ConfigureAwait(false);
                else if (!await WriteAsync(element).ConfigureAwait(false))
                    return;
                if (_stopped)
                    return;
            }

            if (_framing == BodyFraming.Length && _sent != _length)
            {
                throw new InvalidOperationException(
                    $"The body had {_sent} bytes; its Content-Length is {_length}.");
            }

            if (_framing == BodyFraming.Chunked)
                Http1ResponseWriter.WriteLastChunk(_pipe.Writer, _trailers?.Invoke() ?? HttpHeaders.Empty);
        }
        catch (Exception fault)
        {
            _failure = fault;
        }
        finally
        {
            Account(_pipe.Writer.UnflushedBytes);
            await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
            _host.OutputReady(isWorthATurn: true);
        }
    }

    private void Count(int length)
    {
        _sent += length;
        if (_framing == BodyFraming.Length && _sent > _length)
        {
            throw new InvalidOperationException(
                $"The body is longer than its Content-Length, {_length} bytes; the rest is not sent.");
        }
    }

    private bool IsLent(long length) => _framing != BodyFraming.Chunked && length >= LentFrom;

    // Whether the connection has taken it, or is just taking it. What it does not take here and now is taken back, and
    // one that is behind with what the pipe holds is not asked.
    private bool IsHandedOver(ReadOnlyMemory<byte> element)
    {
        if (_isReadyTogether || element.Length > SmallSize || Interlocked.Read(ref _pending) != 0 || _stopped)
            return false;
        var offered = _offered ??= new LentBytes();
        offered.Offer(element);
        _host.OutputReady(isWorthATurn: true);
        return !TakeBack(offered);
    }

    private void CopyTo(OutputBuffer output, LentBytes element)
    {
        try
        {
            var bytes = element.Read(SmallSize).Span;
            if (_framing == BodyFraming.Chunked)
                Http1ResponseWriter.WriteChunk(output, bytes);
            else
                output.Write(bytes);
        }
        finally
        {
            element.Dispose();
        }
    }

    /// <summary>Writes one element; false when nobody wants it any more.</summary>
    private async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> element)
    {
        if (_framing == BodyFraming.Chunked)
            Http1ResponseWriter.WriteChunkStart(_pipe.Writer, element.Length);
        else if (IsLent(element.Length))
            return await LendAsync(element).ConfigureAwait(false);
        while (element.Length > SliceSize)
        {
            if (!await FlushAsync(element[..SliceSize]).ConfigureAwait(false))
                return false;
            element = element[SliceSize..];
        }

        _pipe.Writer.Write(element.Span);
        if (_framing == BodyFraming.Chunked)
            Http1ResponseWriter.WriteChunkEnd(_pipe.Writer);
        return await FlushAsync(default).ConfigureAwait(false);
    }

    // Piece by piece: what was lent is sent to its end, also when nobody wants it any more.
    private async ValueTask<bool> LendAsync(ReadOnlyMemory<byte> element)
    {
        var lent = _lent ??= new LentBytes();
        while (!element.IsEmpty && !_stopped)
        {
            var piece = element[..Math.Min(element.Length, LentAtMost)];
            element = element[piece.Length..];
            lent.Offer(piece);

            // Either this sees that it was stopped, or who stops it sees the offer: both are behind a fence.
            if (_stopped)
                TakeBack(lent);
            else
                _host.OutputReady(isWorthATurn: true);
            await lent.WhenBackAsync().ConfigureAwait(false);
        }

        return !_stopped;
    }

    // False where there is nothing to take, or somebody else has it.
    private static bool TakeBack(LentBytes? lent)
    {
        if (lent is null || !lent.TryTake())
            return false;
        lent.Dispose();
        return true;
    }

    private async ValueTask<bool> FlushAsync(ReadOnlyMemory<byte> slice)
    {
        _pipe.Writer.Write(slice.Span);
        var size = _pipe.Writer.UnflushedBytes;
        Account(size);
        var flush = _pipe.Writer.FlushAsync();
        _host.OutputReady(isWorthATurn: !_isReadyTogether || size > SmallSize);
        return !(await flush.ConfigureAwait(false)).IsCompleted;
    }

    private void Account(long bytes)
    {
        Interlocked.Add(ref _pending, bytes);
        _host.Buffered.Add(bytes);
        if (_stopped)
            Settle();
    }

    private void Settle() => _host.Buffered.Add(-Interlocked.Exchange(ref _pending, 0));
}
