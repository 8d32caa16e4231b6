using System.Runtime.CompilerServices;
using Akka;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Aleph.Actors.Http;

/// <summary>Bodies from and to Akka.Streams: the one place where messages meet <see cref="ByteString"/>.</summary>
public static class ByteStringBodies
{
    /// <summary>
    /// A body of the elements of a source, each sent as soon as it is there and as a chunk of its own where chunks are
    /// sent.
    /// </summary>
    /// <typeparam name="TMat">What the source materialises to; not used.</typeparam>
    /// <param name="source">Materialised when the body is sent, on the materialiser of the server's actor
    /// system.</param>
    /// <param name="length">The length, where it is known; sending another number of bytes aborts the
    /// connection.</param>
    public static HttpBody ToBody<TMat>(this Source<ByteString, TMat> source, long? length = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new SourceBody(source.MapMaterializedValue(_ => NotUsed.Instance), length);
    }

    /// <summary>
    /// A body of the texts of a source, as UTF-8, each sent as soon as it is there and as a chunk of its own where
    /// chunks are sent.
    /// </summary>
    /// <typeparam name="TMat">What the source materialises to; not used.</typeparam>
    /// <param name="source">Materialised when the body is sent, on the materialiser of the server's actor
    /// system.</param>
    public static HttpBody ToBody<TMat>(this Source<string, TMat> source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.Select(text => ByteString.FromString(text)).ToBody();
    }

    /// <summary>
    /// The body as a source. It can be materialised once; cancelling it gives the rest of the body up.
    /// </summary>
    /// <exception cref="InvalidOperationException">The body was used before.</exception>
    public static Source<ByteString, NotUsed> AsSource(this HttpBody body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var elements = body.ReadElementsAsync();
        return Source.From(() => Copies(elements));
    }

    private static async IAsyncEnumerable<ByteString> Copies(
        IAsyncEnumerable<ReadOnlyMemory<byte>> elements,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var element in elements.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return ByteString.FromBytes(element.ToArray());
    }
}

/// <summary>Who runs a body and can lend a materialiser.</summary>
internal interface IMaterializerContext : IBodyContext
{
    IMaterializer Materializer { get; }
}

/// <summary>A body of the elements of a source.</summary>
internal sealed class SourceBody(Source<ByteString, NotUsed> source, long? length) : HttpBody
{
    public override long? Length => length;

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (context is not IMaterializerContext { Materializer: var materializer })
        {
            throw new InvalidOperationException(
                "A body made from a Source is materialised by the server or client that sends it; " +
                "it cannot be read here.");
        }

        var elements = source.RunAsAsyncEnumerable(materializer);
        await foreach (var element in elements.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return element.ToReadOnlySpan().ToArray();

        // Akka's enumerator ends quietly when it is cancelled, and what was cut off would pass for whole.
        cancellationToken.ThrowIfCancellationRequested();
    }
}
