using System.Buffers;
using System.IO.Pipelines;
using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Server;

/// <summary>
/// Carries a streamed answer from where its body is made (the thread pool) to the connection (its turn), framed,
/// through a bounded
/// pipe. Each element is one chunk and wakes the connection at once; elements that are ready together leave together.
/// </summary>
internal sealed class ResponseStream : IThreadPoolWorkItem
{
    private const int PauseAt = 64 * 1024;
    private const int SliceSize = 32 * 1024;

    private static readonly PipeOptions Options = new(
        pauseWriterThreshold: PauseAt, resumeWriterThreshold: PauseAt / 2, minimumSegmentSize: 16 * 1024,
        readerScheduler: PipeScheduler.ThreadPool, writerScheduler: PipeScheduler.ThreadPool,
            useSynchronizationContext: false);

    private readonly Pipe _pipe = new(Options);
    private readonly Http1Exchange _exchange;
    private readonly HttpResponse _response;
    private readonly ResponsePlan _plan;
    private readonly CancellationToken _aborted;
    private long _sent;
    private long _pending;
    private volatile Exception? _failure;
    private volatile bool _stopped;

    public ResponseStream(Http1Exchange exchange, HttpResponse response, ResponsePlan plan)
    {
        _exchange = exchange;
        _response = response;
        _plan = plan;
        _aborted = exchange.Aborted;
    }

    /// <summary>Why the body ended early; null where it did not.</summary>
    public Exception? Failure => _failure;

    /// <summary>Begins to ask the body for elements.</summary>
    void IThreadPoolWorkItem.Execute() => _ = PumpAsync();

    /// <summary>
    /// Moves what is ready to the connection's output, up to its high mark. True when all has been moved. On the turn.
    /// </summary>
    public bool CopyTo(OutputBuffer output)
    {
        while (!output.IsAboveHighMark && _pipe.Reader.TryRead(out var result))
        {
            var buffer = result.Buffer;
            var count = Math.Min(buffer.Length, output.HighMark);
            foreach (var memory in buffer.Slice(0, count))
                output.Write(memory.Span);
            Account(-count);
            _pipe.Reader.AdvanceTo(buffer.GetPosition(count));
            if (result.IsCompleted && count == buffer.Length)
                return true;
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
    }

    private async Task PumpAsync()
    {
        try
        {
            await foreach (var element in _response.Body.Open(_exchange, _aborted).WithCancellation(_aborted)
                .ConfigureAwait(false))
            {
                if (!element.IsEmpty && !await WriteAsync(element).ConfigureAwait(false))
                    return;
            }

            if (_plan.Framing == BodyFraming.Length && _sent != _plan.ContentLength)
            {
                throw new InvalidOperationException(
                    $"The body had {_sent} bytes; its Content-Length is {_plan.ContentLength}.");
            }

            if (_plan.Framing == BodyFraming.Chunked)
                Http1ResponseWriter.WriteLastChunk(_pipe.Writer, _response.Trailers?.Invoke() ?? HttpHeaders.Empty);
        }
        catch (Exception fault)
        {
            _failure = fault;
        }
        finally
        {
            Account(_pipe.Writer.UnflushedBytes);
            await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
            _exchange.OutputReady();
        }
    }

    /// <summary>Writes one element; false when nobody wants it any more.</summary>
    private async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> element)
    {
        _sent += element.Length;
        if (_plan.Framing == BodyFraming.Length && _sent > _plan.ContentLength)
        {
            throw new InvalidOperationException(
                $"The body is longer than its Content-Length, {_plan.ContentLength} bytes; the rest is not sent.");
        }

        if (_plan.Framing == BodyFraming.Chunked)
            Http1ResponseWriter.WriteChunkStart(_pipe.Writer, element.Length);
        while (element.Length > SliceSize)
        {
            if (!await FlushAsync(element[..SliceSize]).ConfigureAwait(false))
                return false;
            element = element[SliceSize..];
        }

        _pipe.Writer.Write(element.Span);
        if (_plan.Framing == BodyFraming.Chunked)
            Http1ResponseWriter.WriteChunkEnd(_pipe.Writer);
        return await FlushAsync(default).ConfigureAwait(false);
    }

    private async ValueTask<bool> FlushAsync(ReadOnlyMemory<byte> slice)
    {
        _pipe.Writer.Write(slice.Span);
        Account(_pipe.Writer.UnflushedBytes);
        var flush = _pipe.Writer.FlushAsync();
        _exchange.OutputReady();
        return !(await flush.ConfigureAwait(false)).IsCompleted;
    }

    private void Account(long bytes)
    {
        Interlocked.Add(ref _pending, bytes);
        _exchange.Buffered.Add(bytes);
        if (_stopped)
            Settle();
    }

    private void Settle() => _exchange.Buffered.Add(-Interlocked.Exchange(ref _pending, 0));
}
