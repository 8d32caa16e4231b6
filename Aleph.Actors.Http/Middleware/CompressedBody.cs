using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace Aleph.Actors.Http.Middleware;

/// <summary>
/// A body, encoded while it is sent. Where its length is not known its elements may come at any time, so each is
/// flushed and reaches the client at once; else it is encoded in one piece.
/// </summary>
internal sealed class CompressedBody(HttpBody inner, HttpCodec codec, CompressionLevel level) : HttpBody
{
    public override long? Length => null;

    public override HttpHeaders Trailers => inner.Trailers;

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        inner.Claim();
        var flushes = inner.Length is null;
        var gathered = new GatheringStream();
        var encoder = codec.Encode(gathered, level);
        await using (encoder.ConfigureAwait(false))
        {
            await foreach (var element in inner.Open(context, cancellationToken).ConfigureAwait(false))
            {
                gathered.Clear();
                encoder.Write(element.Span);
                if (flushes)
                    encoder.Flush();
                if (!gathered.Written.IsEmpty)
                    yield return gathered.Written;
            }

            gathered.Clear();
        }

        if (!gathered.Written.IsEmpty)
            yield return gathered.Written;
    }

    internal override void Discard() => inner.Discard();

    /// <summary>Bytes in memory, encoded at once.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> bytes, HttpCodec codec, CompressionLevel level)
    {
        var gathered = new GatheringStream();
        using (var encoder = codec.Encode(gathered, level))
            encoder.Write(bytes);
        return gathered.Written.ToArray();
    }
}
