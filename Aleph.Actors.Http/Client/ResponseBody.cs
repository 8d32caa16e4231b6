using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Aleph.Actors.Connections;
using Aleph.Actors.Http.Client.Failures;
using Aleph.Actors.Http.Exchanges;

namespace Aleph.Actors.Http.Client;

/// <summary>
/// The body of an answer while it comes in: the connection writes on its turn, the user reads anywhere, a bounded pipe
/// lies between. Giving it up early, or never beginning it, frees the connection.
/// </summary>
internal sealed class ResponseBody : HttpBody
{
    // Several reads: with one, each would pause the connection, and cost a turn to resume it.
    private const int PauseAt = 256 * 1024;

    private static readonly PipeOptions Options = new(
        pauseWriterThreshold: PauseAt, resumeWriterThreshold: PauseAt / 2, minimumSegmentSize: 32 * 1024,
        readerScheduler: AfterTurnScheduler.Instance, writerScheduler: PipeScheduler.ThreadPool,
            useSynchronizationContext: false);

    private readonly Pipe _pipe = new(Options);
    private readonly ClientExchange _exchange;
    private HttpHeaders? _trailers;
    private Exception? _failure;
    private bool _completed;

    public ResponseBody(ClientExchange exchange, long? length) => (_exchange, Length) = (exchange, length);

    public override long? Length { get; }

    public override HttpHeaders Trailers => Volatile.Read(ref _trailers) ?? throw new InvalidOperationException(
        "Trailers are known only after the body has been read to its end.");

    /// <summary>
    /// Adds bytes. On the turn. False: enough for now, <see cref="ClientExchange.BodyHasRoom"/> follows.
    /// </summary>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        if (_completed)
            return true;
        _pipe.Writer.Write(bytes);
        var flush = _pipe.Writer.FlushAsync();
        if (!flush.IsCompletedSuccessfully)
        {
            _ = AwaitRoomAsync(flush);
            return false;
        }

        if (flush.Result.IsCompleted)
            Finish();
        return true;
    }

    /// <summary>The body has ended well. On the turn.</summary>
    public void End(HttpHeaders trailers)
    {
        Volatile.Write(ref _trailers, trailers);
        Finish();
    }

    /// <summary>
    /// The body will not come whole: readers fail with this. On the turn; harmless when repeated or late.
    /// </summary>
    public void Fail(Exception failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        Finish();
    }

    public override Stream AsStream()
    {
        Claim();
        return new ResponseBodyStream(this, _pipe.Reader);
    }

    /// <summary>Nobody reads any more.</summary>
    public void Release()
    {
        _pipe.Reader.Complete();
        _exchange.BodyGivenUp();
    }

    /// <summary>At the end of what came: whether that was all.</summary>
    public void ThrowIfBroken()
    {
        if (Volatile.Read(ref _trailers) is null)
            throw Failure();
    }

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var result = await _pipe.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                foreach (var element in result.Buffer)
                {
                    if (!element.IsEmpty)
                        yield return element;
                }

                _pipe.Reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    break;
            }

            ThrowIfBroken();
        }
        finally
        {
            Release();
        }
    }

    internal override void Discard()
    {
        if (TryClaim())
            Release();
    }

    // Each reader gets an exception of its own: one that is thrown twice shows the wrong place.
    private Exception Failure() => Volatile.Read(ref _failure) switch
    {
        HttpTimeoutException timeout => timeout,
        HttpClientException cause => ClientErrors.Again(cause),
        { } other => other,
        null => ClientErrors.GivenUp,
    };

    private async Task AwaitRoomAsync(ValueTask<FlushResult> flush)
    {
        await flush.ConfigureAwait(false);
        _exchange.BodyHasRoom();
    }

    private void Finish()
    {
        if (_completed)
            return;
        _completed = true;
        _pipe.Writer.Complete();
    }
}
