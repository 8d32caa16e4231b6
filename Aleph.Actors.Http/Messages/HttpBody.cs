using System.Buffers;
using System.Text;
using Aleph.Actors.Bytes;

namespace Aleph.Actors.Http;

/// <summary>
/// The content of a message: empty, bytes in memory, or streamed; made from and read as whatever is at hand. A streamed
/// body and every body of a received request can be used once; a second use throws and says so. A body of bytes in
/// memory that was made here can be used any number of times, so a constant response may be kept and sent again.
/// </summary>
/// <remarks>Reading is for one reader at a time, on any thread.</remarks>
public abstract class HttpBody
{
    /// <summary>
    /// The limit of <see cref="ReadBytesAsync"/> and <see cref="ReadTextAsync"/> unless one is given: 8 MiB.
    /// </summary>
    public const long DefaultReadLimit = 8 * 1024 * 1024;

    private int _used;

    private protected HttpBody()
    {
    }

    /// <summary>No content.</summary>
    public static HttpBody Empty { get; } = new BytesBody(default);

    /// <summary>The length in bytes, or null where it is not known in advance.</summary>
    public abstract long? Length { get; }

    /// <summary>Whether there is no content. False where the length is not known.</summary>
    public bool IsEmpty => Length == 0;

    /// <summary>The trailer section that followed a received chunked body; empty where there was none.</summary>
    /// <exception cref="InvalidOperationException">The body has not been read to its end yet.</exception>
    public virtual HttpHeaders Trailers => HttpHeaders.Empty;

    /// <summary>A body of bytes. They are not copied: do not change them afterwards.</summary>
    public static HttpBody From(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? Empty : new BytesBody(bytes);

    /// <summary>A body of text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="encoding">Default UTF-8, without a byte order mark.</param>
    public static HttpBody From(string text, Encoding? encoding = null) =>
        From((encoding ?? Encoding.UTF8).GetBytes(text));

    /// <summary>
    /// A body read from a stream, at most 16 KiB an element, each sent as soon as the read answered. The stream is
    /// disposed.
    /// </summary>
    /// <param name="stream">Where to read; asynchronously.</param>
    /// <param name="length">The length, where it is known; sending another number of bytes aborts the
    /// connection.</param>
    public static HttpBody From(Stream stream, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new StreamBody(stream, Checked(length));
    }

    /// <summary>
    /// A body of elements, each sent as soon as it is there and as a chunk of its own where chunks are sent.
    /// </summary>
    /// <param name="elements">The elements; the memory of one must stay valid until the next is asked for.</param>
    /// <param name="length">The length, where it is known; sending another number of bytes aborts the
    /// connection.</param>
    public static HttpBody From(IAsyncEnumerable<ReadOnlyMemory<byte>> elements, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return new ElementsBody(elements, Checked(length));
    }

    /// <summary>Reads the elements as they come. The memory of one is valid until the next is asked for.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InvalidOperationException">The body was used before.</exception>
    /// <exception cref="HttpMessageException">While reading: the peer broke the protocol, passed a limit, or
    /// left.</exception>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadElementsAsync(CancellationToken cancellationToken = default)
    {
        Claim();
        return Open(null, cancellationToken);
    }

    /// <summary>The body as a stream to read from, asynchronously only. Disposing it early gives the rest up.</summary>
    /// <exception cref="InvalidOperationException">The body was used before.</exception>
    public virtual Stream AsStream()
    {
        Claim();
        return new BodyReadStream(Open(null, CancellationToken.None), Drop);
    }

    /// <summary>Reads all of it.</summary>
    /// <param name="limit">The most bytes to accept, at least 0. Default <see cref="DefaultReadLimit"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InvalidOperationException">The body was used before.</exception>
    /// <exception cref="HttpMessageException">The body is longer than <paramref name="limit"/> (413), or reading
    /// failed.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadBytesAsync(
        long limit = DefaultReadLimit, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        if (Length > limit)
            throw TooLong(limit);
        if (TryTakeBytes(out var bytes))
            return bytes;
        var gathered = new ArrayBufferWriter<byte>();
        await foreach (var element in ReadElementsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (gathered.WrittenCount + element.Length > limit)
                throw TooLong(limit);
            gathered.Write(element.Span);
        }

        return gathered.WrittenMemory;
    }

    /// <summary>Reads all of it as text.</summary>
    /// <param name="limit">The most bytes to accept, at least 0. Default <see cref="DefaultReadLimit"/>.</param>
    /// <param name="encoding">Default UTF-8.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InvalidOperationException">The body was used before.</exception>
    /// <exception cref="HttpMessageException">The body is longer than <paramref name="limit"/> (413), or reading
    /// failed.</exception>
    public async ValueTask<string> ReadTextAsync(
        long limit = DefaultReadLimit, Encoding? encoding = null, CancellationToken cancellationToken = default) =>
        (encoding ?? Encoding.UTF8)
            .GetString((await ReadBytesAsync(limit, cancellationToken).ConfigureAwait(false)).Span);

    /// <summary>The elements, for one reader who has claimed the body.</summary>
    /// <param name="context">What runs the body, for kinds that need more than the BCL; null where nobody does.</param>
    /// <param name="cancellationToken">Stops waiting and gives the body up.</param>
    internal abstract IAsyncEnumerable<ReadOnlyMemory<byte>> Open(IBodyContext? context,
        CancellationToken cancellationToken);

    /// <summary>The bytes, where they are in memory already; counts as a use then.</summary>
    internal virtual bool TryTakeBytes(out ReadOnlyMemory<byte> bytes)
    {
        bytes = default;
        return false;
    }

    /// <summary>The one range of a file that this is, for whoever sends it itself instead of opening it; null where it
    /// is anything else. By who has claimed the body; the taker owns it.</summary>
    /// <param name="mark">From how many unsent bytes on it is not yet handed over.</param>
    internal virtual FileSlice? TakeSlice(long mark) => null;

    /// <summary>Gives an unused body up: what it holds is released soon. No effect on one in use.</summary>
    internal virtual void Discard()
    {
    }

    /// <summary>Releases what a claimed body holds that will not be opened. Does not block.</summary>
    internal virtual void Drop()
    {
    }

    /// <summary>Whether somebody has begun to use it.</summary>
    internal bool IsUsed => Volatile.Read(ref _used) != 0;

    /// <summary>Marks the body as used.</summary>
    /// <exception cref="InvalidOperationException">It was already.</exception>
    internal void Claim()
    {
        if (!TryClaim())
        {
            throw new InvalidOperationException(
                "The body was used before: a streamed body, and the body of a received request, can be read once. " +
                "Keep the bytes of ReadBytesAsync to use them again.");
        }
    }

    private protected virtual bool TryClaim() => Interlocked.Exchange(ref _used, 1) == 0;

    private static long? Checked(long? length)
    {
        if (length is { } known)
            ArgumentOutOfRangeException.ThrowIfNegative(known, nameof(length));
        return length;
    }

    internal static HttpMessageException TooLong(long limit) => new(new ProtocolError(
        HttpStatus.ContentTooLarge, "max_request_body_size_exceeded",
            $"The body is longer than {limit} bytes (RFC 9110 15.5.14)."));
}

/// <summary>Marks what runs a body, see <see cref="HttpBody.Open"/>.</summary>
internal interface IBodyContext;
