using System.Buffers;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Aleph.Actors.Http.Middleware;

namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>The body of an answer, decompressed as far as it is read: nothing expands that nobody asked for.</summary>
internal sealed class DecompressedBody(HttpBody inner, string[] codings, long? limit) : HttpBody
{
    private const int ElementSize = 16 * 1024;

    private readonly List<EndWatch> _ends = [];

    public override long? Length => null;

    public override HttpHeaders Trailers => inner.Trailers;

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        inner.Claim();
        var source = new BodyReadStream(inner.Open(context, cancellationToken));
        var stream = await LayersAsync(source, cancellationToken).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(ElementSize);
        try
        {
            var total = 0L;
            while (await ReadAsync(stream, buffer, cancellationToken).ConfigureAwait(false) is var count and > 0)
            {
                total += count;
                if (total > limit)
                {
                    throw new HttpClientException(
                        HttpClientFailure.Limit, $"The answer expands to more than {limit} bytes.");
                }

                yield return buffer.AsMemory(0, count);
            }

            if (_ends.Exists(x => x.IsCut))
                throw Broken("its compressed content was cut off", null);

            // A coding may end before its octets do: the rest would be the next answer's otherwise.
            if (await ReadAsync(source, buffer, cancellationToken).ConfigureAwait(false) > 0)
                throw Broken("octets follow the end of its compressed content", null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal override void Discard()
    {
        if (TryClaim())
            inner.Discard();
    }

    internal override void Drop() => inner.Discard();

    private static async ValueTask<int> ReadAsync(Stream stream, byte[] buffer, CancellationToken cancellation)
    {
        try
        {
            return await stream.ReadAsync(buffer.AsMemory(0, ElementSize), cancellation).ConfigureAwait(false);
        }
        catch (Exception cause) when (cause is InvalidDataException or InvalidOperationException)
        {
            throw Broken(cause.Message, cause);
        }
    }

    private static HttpClientException Broken(string why, Exception? cause) =>
        new(HttpClientFailure.Content, $"The answer cannot be decompressed: {why}.", cause);

    // The last coding was applied last, and is taken off first.
    private async ValueTask<Stream> LayersAsync(Stream source, CancellationToken cancellation)
    {
        var stream = source;
        foreach (var coding in codings.Reverse())
        {
            var isZlib = false;
            if (coding == "deflate")
                (stream, isZlib) = await PeekAsync(stream, cancellation).ConfigureAwait(false);
            var watched = new EndWatch(stream);
            _ends.Add(watched);
            stream = coding switch
            {
                "br" => new BrotliStream(watched, CompressionMode.Decompress),
                "deflate" when isZlib => new ZLibStream(watched, CompressionMode.Decompress),
                "deflate" => new DeflateStream(watched, CompressionMode.Decompress),
                _ => new GZipStream(watched, CompressionMode.Decompress),
            };
        }

        return stream;
    }

    // RFC 9110 8.4.1.2 means zlib; some servers send raw deflate all the same.
    private static async ValueTask<(Stream Whole, bool IsZlib)> PeekAsync(Stream stream, CancellationToken cancellation)
    {
        var first = new byte[2];
        var count = await stream.ReadAtLeastAsync(first, 2, throwOnEndOfStream: false,
            cancellation).ConfigureAwait(false);
        var isZlib = count == 2 && (first[0] & 0x0f) == 8 && ((first[0] << 8) | first[1]) % 31 == 0;
        return (new PrefixedStream(first.AsMemory(0, count), stream), isZlib);
    }
}
