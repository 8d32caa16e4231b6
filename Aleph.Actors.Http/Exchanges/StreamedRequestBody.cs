using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Aleph.Actors.Http.Exchanges;

/// <summary>What a <see cref="StreamedRequestBody"/> tells the connection that fills it; any thread.</summary>
internal interface IRequestBodySource
{
    /// <summary>The handler has begun to read: bytes are wanted from now on.</summary>
    void BodyWanted();

    /// <summary>There is room again after <see cref="StreamedRequestBody.Write"/> answered false.</summary>
    void BodyHasRoom();
}

/// <summary>
/// The body of a received request while it comes in: the connection writes on its turn, the handler reads anywhere, a
/// bounded pipe lies between. Nothing is taken from the socket before the first read, so that limits can be changed and
/// <c>100 Continue</c> be sent exactly when the body is wanted (RFC 9110 10.1.1).
/// </summary>
internal sealed class StreamedRequestBody : HttpBody
{
    private const int PauseAt = 64 * 1024;

    private static readonly PipeOptions Options = new(
        pauseWriterThreshold: PauseAt, resumeWriterThreshold: PauseAt / 2, minimumSegmentSize: 16 * 1024,
        readerScheduler: PipeScheduler.ThreadPool, writerScheduler: PipeScheduler.ThreadPool,
            useSynchronizationContext: false);

    private readonly Pipe _pipe = new(Options);
    private readonly IRequestBodySource _source;
    private readonly BufferedBytes _buffered;
    private HttpHeaders? _trailers;
    private ProtocolError? _failure;
    private long _pending;
    private bool _completed;
    private volatile bool _released;

    public StreamedRequestBody(IRequestBodySource source, long? length, BufferedBytes buffered)
    {
        _source = source;
        _buffered = buffered;
        Length = length;
    }

    public override long? Length { get; }

    public override HttpHeaders Trailers => Volatile.Read(ref _trailers) ?? throw new InvalidOperationException(
        "Trailers are known only after the body has been read to its end.");

    /// <summary>
    /// Adds bytes. On the turn. False: enough for now, <see cref="IRequestBodySource.BodyHasRoom"/> follows.
    /// </summary>
    public bool Write(ReadOnlySpan<byte> bytes)
    {
        if (_completed)
            return true;
        Account(bytes.Length);
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
    public void Fail(ProtocolError failure)
    {
        Volatile.Write(ref _failure, _failure ?? failure);
        Finish();
    }

    /// <summary>The exchange is over: what nobody read counts no more, whoever still holds it. On the turn.</summary>
    public void Release(ProtocolError failure)
    {
        Fail(failure);
        _released = true;
        Settle();
    }

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _source.BodyWanted();
        try
        {
            while (true)
            {
                var result = await _pipe.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                foreach (var element in result.Buffer)
                    yield return element;
                Account(-result.Buffer.Length);
                _pipe.Reader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                    break;
            }

            if (Volatile.Read(ref _trailers) is null)
                throw new HttpMessageException(Volatile.Read(ref _failure) ?? ExchangeErrors.BodyGivenUp);
        }
        finally
        {
            _pipe.Reader.Complete();
            Settle();
            _source.BodyHasRoom();
        }
    }

    private async Task AwaitRoomAsync(ValueTask<FlushResult> flush)
    {
        await flush.ConfigureAwait(false);
        _source.BodyHasRoom();
    }

    private void Finish()
    {
        _completed = true;
        _pipe.Writer.Complete();
    }

    private void Account(long bytes)
    {
        Interlocked.Add(ref _pending, bytes);
        _buffered.Add(bytes);
        if (_released)
            Settle();
    }

    private void Settle() => _buffered.Add(-Interlocked.Exchange(ref _pending, 0));
}
