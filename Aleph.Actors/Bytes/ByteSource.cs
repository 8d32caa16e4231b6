using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;

namespace Aleph.Actors;

/// <summary>
/// Bytes, wherever they come from: made by <c>From</c> from whatever is at hand, and read once as whatever is needed.
/// Bytes in memory and files can be read any number of times; making and reading never change or consume the
/// original memory. Everything else is read once, a second reading throws, and it is closed once, however reading ends.
/// Who does not read it disposes it.
/// </summary>
/// <remarks>
/// Reading pulls: nothing is asked for before there is room for it. One reader at a time, on any thread. The forms live
/// in <see cref="ByteStreamForms"/>, <see cref="ByteTextForms"/>, <see cref="ByteStringForms"/> and <see
/// cref="ByteTransfer"/>. docs/guide/bytes.md has the table of all.
/// </remarks>
public sealed class ByteSource : IAsyncDisposable
{
    private ByteSource(ByteOrigin origin, ByteOptions options) => (Origin, Options) = (origin, options);

    /// <summary>How the bytes are read as something else.</summary>
    public ByteOptions Options { get; }

    /// <summary>The length in bytes, where it is known in advance.</summary>
    public long? Length => Origin.Length;

    /// <summary>Whether it can be read more than once.</summary>
    public bool IsReusable => Origin.IsReusable;

    internal ByteOrigin Origin { get; }

    /// <summary>Bytes in memory. They are not copied: do not change them before they are read.</summary>
    /// <param name="bytes">The bytes; an array too.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">The options are out of range; so with all others.</exception>
    public static ByteSource From(ReadOnlyMemory<byte> bytes, ByteOptions? options = null) =>
        From(new ReadOnlySequence<byte>(bytes), options);

    /// <inheritdoc cref="From(ReadOnlyMemory{byte}, ByteOptions)"/>
    public static ByteSource From(ReadOnlySequence<byte> bytes, ByteOptions? options = null) =>
        Of(new MemoryOrigin(bytes), options);

    /// <summary>Text, encoded at once by <see cref="ByteOptions.Encoding"/>.</summary>
    /// <param name="text">The text; never a path.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    /// <exception cref="EncoderFallbackException">With <see cref="ByteOptions.ThrowOnInvalid"/>.</exception>
    public static ByteSource From(string text, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        options = ByteOptions.Valid(options);
        return From(options.EffectiveEncoding.GetBytes(text), options);
    }

    /// <summary>A stream from where it stands to its end, read asynchronously. It is disposed unless <see
    /// cref="ByteOptions.LeaveOpen"/>.</summary>
    /// <param name="stream">Where to read.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSource From(Stream stream, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options = ByteOptions.Valid(options);
        return Of(new StreamOrigin(stream, options.LeaveOpen), options);
    }

    /// <summary>What a pipe still holds and gets. It is completed unless <see cref="ByteOptions.LeaveOpen"/>; then what
    /// was not handed out stays in it.</summary>
    /// <param name="reader">Where to read.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSource From(PipeReader reader, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        options = ByteOptions.Valid(options);
        return Of(new PipeOrigin(reader, options.LeaveOpen), options);
    }

    /// <summary>Elements; the memory of one must stay valid until the next is asked for.</summary>
    /// <param name="elements">The elements; their enumerator is disposed when reading ends.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSource From(IAsyncEnumerable<ReadOnlyMemory<byte>> elements, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return Of(new ElementsOrigin(elements), options);
    }

    /// <inheritdoc cref="From(IAsyncEnumerable{ReadOnlyMemory{byte}}, ByteOptions)"/>
    public static ByteSource From(IAsyncEnumerable<byte[]> elements, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return Of(new ElementsOrigin(Elements.Of(elements)), options);
    }

    /// <summary>Pieces of text, joined without anything between them; a character may be split over two.</summary>
    /// <param name="pieces">The text.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSource From(IAsyncEnumerable<string> pieces, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        options = ByteOptions.Valid(options);
        return Of(new CharsOrigin(Elements.Of(pieces, ""), options.EffectiveEncoding), options);
    }

    /// <summary>Arrays in order. Those of a collection can be read any number of times. Any other sequence may block:
    /// each element is taken on a thread of the pool, so that it holds no reader up, and never ahead of the
    /// reader.</summary>
    /// <param name="elements">The arrays; their enumerator is disposed when reading ends.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSource From(IEnumerable<byte[]> elements, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(elements);
        var inMemory = elements is ICollection<byte[]>;
        return Of(new ElementsOrigin(Elements.Of(elements, inMemory), reusable: inMemory), options);
    }

    /// <summary>What comes out of a channel until it is completed. Ending early leaves the channel as it is.</summary>
    /// <param name="reader">Where to read.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSource From(ChannelReader<byte[]> reader, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return Of(new ElementsOrigin(Elements.Of(reader.ReadAllAsync())), options);
    }

    /// <inheritdoc cref="From(ChannelReader{byte[]}, ByteOptions)"/>
    public static ByteSource From(ChannelReader<ReadOnlyMemory<byte>> reader, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return Of(new ElementsOrigin(reader.ReadAllAsync()), options);
    }

    /// <summary>Text to its end, encoded as it is read. The reader is disposed unless <see
    /// cref="ByteOptions.LeaveOpen"/>.</summary>
    /// <param name="reader">Where to read; asynchronously.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSource From(TextReader reader, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(reader);
        options = ByteOptions.Valid(options);
        var pieces = Elements.Of(reader, options.ChunkSize);
        return Of(new CharsOrigin(pieces, options.EffectiveEncoding, options.LeaveOpen ? null : reader), options);
    }

    /// <summary>Lines, each followed by <see cref="ByteOptions.LineEnding"/>.</summary>
    /// <param name="lines">The lines, without endings.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSource FromLines(IAsyncEnumerable<string> lines, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(lines);
        options = ByteOptions.Valid(options);
        return Of(new CharsOrigin(Elements.Of(lines, options.LineEnding), options.EffectiveEncoding), options);
    }

    /// <summary>A file or a range of it, opened by each reading; other processes may read it meanwhile.</summary>
    /// <param name="path">Which file.</param>
    /// <param name="offset">Where to begin. In bytes, at least 0; default 0.</param>
    /// <param name="length">How many bytes, at least 0; default null, to its end. Reading fails with an <see
    /// cref="EndOfStreamException"/> where the file ends before.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSource FromFile(
        string path, long offset = 0, long? length = null, ByteOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length ?? 0);
        return Of(new FileOrigin(path, offset, length), options);
    }

    /// <inheritdoc cref="FromFile"/>
    /// <param name="file">Which file.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSource From(FileInfo file, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        return FromFile(file.FullName, options: options);
    }

    /// <summary>The same bytes, to be read with other options; of two such, one can be read where it can be read once.
    /// What was decided by <c>From</c>, such as closing and encoding, stays.</summary>
    public ByteSource With(ByteOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Of(Origin, options);
    }

    /// <summary>The bytes as they come, at most <see cref="ByteOptions.ChunkSize"/> an element, none empty. The memory
    /// of one is valid until the next is asked for.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InvalidOperationException">When enumerated: it was read before; so with all forms.</exception>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> ReadElementsAsync(CancellationToken cancellationToken = default) =>
        new ByteElements(Origin, Options.ChunkSize, cancellationToken);

    /// <summary>As <see cref="ReadElementsAsync"/>, each element an array of its own that may be kept. Callers that may
    /// block call the BCL's <c>ToBlockingEnumerable</c> on it: it blocks until the next element is there, and asks for
    /// none in advance.</summary>
    /// <inheritdoc cref="ReadElementsAsync"/>
    public async IAsyncEnumerable<byte[]> ReadChunksAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var element in ReadElementsAsync(cancellationToken).ConfigureAwait(false))
            yield return element.ToArray();
    }

    /// <summary>All bytes, in an array of its own.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ByteLimitException">There are more than <see cref="ByteOptions.Limit"/>.</exception>
    public async ValueTask<byte[]> ToArrayAsync(CancellationToken cancellationToken = default) =>
        Origin.TryGetBytes(out var bytes)
            ? Limited(bytes).ToArray()
            : (await GatherAsync(cancellationToken).ConfigureAwait(false)).WrittenSpan.ToArray();

    /// <summary>All bytes; those that lie together in memory are not copied.</summary>
    /// <inheritdoc cref="ToArrayAsync"/>
    public async ValueTask<ReadOnlyMemory<byte>> ToMemoryAsync(CancellationToken cancellationToken = default)
    {
        if (!Origin.TryGetBytes(out var bytes))
            return (await GatherAsync(cancellationToken).ConfigureAwait(false)).WrittenMemory;
        return Limited(bytes).IsSingleSegment ? bytes.First : bytes.ToArray();
    }

    /// <summary>All bytes; those in memory are not copied.</summary>
    /// <inheritdoc cref="ToArrayAsync"/>
    public async ValueTask<ReadOnlySequence<byte>> ToSequenceAsync(CancellationToken cancellationToken = default) =>
        Origin.TryGetBytes(out var bytes)
            ? Limited(bytes)
            : new((await GatherAsync(cancellationToken).ConfigureAwait(false)).WrittenMemory);

    /// <summary>Closes what reading would have closed, where it never began. Otherwise does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!IsReusable && Origin.TryClaim())
            await Origin.CloseAsync(null).ConfigureAwait(false);
    }

    internal static ByteSource Of(ByteOrigin origin, ByteOptions? options) => new(origin, ByteOptions.Valid(options));

    private ReadOnlySequence<byte> Limited(in ReadOnlySequence<byte> bytes) =>
        bytes.Length > Options.Limit ? throw ByteLimitException.Gathered(Options.Limit.Value) : bytes;

    private async ValueTask<ArrayBufferWriter<byte>> GatherAsync(CancellationToken cancellationToken)
    {
        var limit = Options.Limit ?? long.MaxValue;
        var gathered = new ArrayBufferWriter<byte>();
        await foreach (var element in ReadElementsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (element.Length > limit - gathered.WrittenCount)
                throw ByteLimitException.Gathered(limit);
            gathered.Write(element.Span);
        }

        return gathered;
    }
}
