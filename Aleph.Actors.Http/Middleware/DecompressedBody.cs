using System.Buffers;
using System.Runtime.CompilerServices;

namespace Aleph.Actors.Http.Middleware;

/// <summary>
/// The content of a request, decoded while it is read. It never holds more than one read of what it becomes, and fails
/// as soon as that passes a limit.
/// </summary>
internal sealed class DecompressedBody(HttpBody inner, HttpCodec codec, DecompressionSettings settings) : HttpBody
{
    private const int ElementSize = 16 * 1024;
    private const int RatioGrace = 64 * 1024;

    public override long? Length => null;

    public override HttpHeaders Trailers => inner.Trailers;

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        inner.Claim();
        var taken = new Counter();
        var source = new BodyReadStream(Counted(inner.Open(context, cancellationToken), taken));
        var decoder = codec.TakesCutForEnd ? new CheckedDecoder(source, codec.Decode) : codec.Decode(source);
        var buffer = ArrayPool<byte>.Shared.Rent(ElementSize);
        try
        {
            var total = 0L;
            int count;
            while ((count = await ReadAsync(decoder, buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                total += count;
                if (total > settings.MaxSize)
                    throw TooLong(settings.MaxSize);
                if (total > RatioGrace && total > taken.Value * settings.MaxRatio)
                    throw new HttpMessageException(DecodingErrors.TooDense(settings.MaxRatio));
                yield return buffer.AsMemory(0, count);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await decoder.DisposeAsync().ConfigureAwait(false);
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal override void Discard() => inner.Discard();

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Counted(
        IAsyncEnumerable<ReadOnlyMemory<byte>> elements, Counter counter)
    {
        await foreach (var element in elements.ConfigureAwait(false))
        {
            counter.Value += element.Length;
            yield return element;
        }
    }

    private async ValueTask<int> ReadAsync(Stream decoder, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await decoder.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is InvalidDataException or InvalidOperationException)
        {
            // The decoders of the BCL do not agree on what they throw.
            throw new HttpMessageException(DecodingErrors.Malformed(codec.Name, fault.Message));
        }
    }

    private sealed class Counter
    {
        public long Value { get; set; }
    }
}

/// <summary>What can be wrong with an encoded request.</summary>
internal static class DecodingErrors
{
    public static ProtocolError Malformed(string coding, string detail) => new(
        400, "malformed_content_coding", $"The content is not {coding}, as its Content-Encoding says (RFC 9110 8.4).",
        detail);

    public static ProtocolError TooDense(double ratio) => new(
        413, "max_decompression_ratio_exceeded",
        $"The content becomes more than {ratio} times as long when it is decoded (RFC 9110 15.5.14).");
}
