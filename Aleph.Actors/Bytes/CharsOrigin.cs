using System.Buffers;
using System.Text;

namespace Aleph.Actors;

/// <summary>Pieces of text as bytes; a surrogate pair may be split over two pieces.</summary>
/// <param name="pieces">The text.</param>
/// <param name="encoding">How it becomes bytes.</param>
/// <param name="close">What was given and is closed; null where nothing is.</param>
internal sealed class CharsOrigin(
    IAsyncEnumerable<ReadOnlyMemory<char>> pieces, Encoding encoding, IDisposable? close = null) : ByteOrigin
{
    public override async IAsyncEnumerator<ReadOnlyMemory<byte>> Read(int size, CancellationToken cancellationToken)
    {
        var encoder = encoding.GetEncoder();
        var charsAtOnce = Math.Max(1, Math.Min(size, ByteOptions.Default.ChunkSize));
        var buffer = ArrayPool<byte>.Shared.Rent(encoding.GetMaxByteCount(charsAtOnce));
        try
        {
            await foreach (var piece in pieces.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                for (var start = 0; start < piece.Length; start += charsAtOnce)
                {
                    var chars = piece[start..Math.Min(piece.Length, start + charsAtOnce)];
                    yield return buffer.AsMemory(0, encoder.GetBytes(chars.Span, buffer, flush: false));
                }
            }

            yield return buffer.AsMemory(0, encoder.GetBytes([], buffer, flush: true));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public override async ValueTask CloseAsync(Exception? fault)
    {
        if (close is IAsyncDisposable later)
            await later.DisposeAsync().ConfigureAwait(false);
        else
            close?.Dispose();
    }
}
