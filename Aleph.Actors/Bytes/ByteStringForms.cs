using System.Runtime.CompilerServices;
using Akka;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Aleph.Actors;

/// <summary>Bytes from and to <see cref="ByteString"/>s, Akka.Streams' element of bytes.</summary>
public static class ByteStringForms
{
    /// <summary>The bytes of a byte string, copied once: it does not show the memory it is made of.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSource ToByteSource(this ByteString bytes, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return ByteSource.From(bytes.ToArray(), options);
    }

    /// <summary>
    /// The elements of a source. Each reading materialises it, so that it can be read as often as the source can;
    /// ending early cancels it.
    /// </summary>
    /// <typeparam name="TMat">What the source materialises to; not used.</typeparam>
    /// <param name="source">What to read.</param>
    /// <param name="materializer">What runs it.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSource ToByteSource<TMat>(
        this Source<ByteString, TMat> source, IMaterializer materializer, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(materializer);
        return ByteSource.Of(new ElementsOrigin(PiecesAsync(source, materializer), reusable: true), options);
    }

    /// <summary>
    /// The bytes as a source of elements of at most <see cref="ByteOptions.ChunkSize"/> bytes, which takes on demand.
    /// Cancelling it closes what it reads. It can be materialised as often as the bytes can be read.
    /// </summary>
    public static Source<ByteString, NotUsed> AsSource(this ByteSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        // The copy is made as the element is pushed, before the next can be asked for.
        return Source.From(() => source.ReadElementsAsync()).Select(x => ByteString.FromBytes(x.ToArray()));
    }

    /// <summary>All bytes.</summary>
    /// <param name="source">What to read.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ByteLimitException">There are more than <see cref="ByteOptions.Limit"/>.</exception>
    /// <exception cref="InvalidOperationException">The source was read before.</exception>
    public static async ValueTask<ByteString> ToByteStringAsync(
        this ByteSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return ByteString.FromBytes(await source.ToArrayAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>
    /// The sink as a stage, one element at a time. It materialises to the number of bytes written, when the last is, or
    /// to what went wrong. Completion of the stream closes the sink, failure closes it with the failure, and a sink
    /// that cannot be written cancels the stream, as one that is in use or closed does.
    /// </summary>
    public static Sink<ByteString, Task<long>> AsSink(this ByteSink sink)
    {
        ArgumentNullException.ThrowIfNull(sink);
        var begun = Flow.Setup<ByteString, ByteString, NotUsed>((_, _) =>
        {
            sink.Begin();
            return Flow.Create<ByteString>();
        });
        return begun.ToMaterialized(
            Sink.AggregateAsync<ByteString, long>(-1, (written, element) => WriteAsync(sink, written, element)),
            (beginning, written) => EndAsync(sink, beginning, written));
    }

    // Before the first element nothing was begun: the sum is -1 then.
    private static async Task<long> WriteAsync(ByteSink sink, long written, ByteString element)
    {
        if (written < 0)
            await sink.Target.BeginAsync(default).ConfigureAwait(false);
        ReadOnlyMemory<byte> bytes = element.ToArray();
        for (var rest = bytes; !rest.IsEmpty; rest = rest[Math.Min(rest.Length, sink.Target.LargestElement)..])
        {
            var piece = rest[..Math.Min(rest.Length, sink.Target.LargestElement)];
            await sink.Target.WriteAsync(piece, default).ConfigureAwait(false);
            sink.Count(piece.Length);
        }

        return Math.Max(0, written) + bytes.Length;
    }

    private static async Task<long> EndAsync(ByteSink sink, Task beginning, Task<long> writing)
    {
        // A sink that was in use is not this stream's to close.
        await beginning.ConfigureAwait(false);
        Exception? fault = null;
        try
        {
            var written = await writing.ConfigureAwait(false);
            if (written < 0)
                await sink.Target.BeginAsync(default).ConfigureAwait(false);
            await sink.Target.CompleteAsync(default).ConfigureAwait(false);
            return Math.Max(0, written);
        }
        catch (Exception thrown)
        {
            fault = thrown;
            throw;
        }
        finally
        {
            await sink.EndAsync(fault).ConfigureAwait(false);
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync<TMat>(
        Source<ByteString, TMat> source, IMaterializer materializer,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var elements = source.RunAsAsyncEnumerable(materializer);
        await foreach (var element in elements.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return element.ToArray();

        // Akka's enumerator ends quietly when it is cancelled, and what was cut off would pass for whole.
        cancellationToken.ThrowIfCancellationRequested();
    }
}
