using System.Buffers;
using System.Runtime.CompilerServices;

namespace Aleph.Actors;

/// <summary>What is given as elements of other types, as memory.</summary>
internal static class Elements
{
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> Of(
        IAsyncEnumerable<byte[]> elements, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var element in elements.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return element;
    }

    /// <param name="elements">The elements.</param>
    /// <param name="inMemory">Whether taking the next never blocks.</param>
    /// <param name="cancellationToken">Checked before each.</param>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> Of(
        IEnumerable<byte[]> elements, bool inMemory,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var all = elements.GetEnumerator();
        while (inMemory
            ? all.MoveNext()
            : await Task.Run(all.MoveNext, cancellationToken).ConfigureAwait(false))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return all.Current;
        }
    }

    public static async IAsyncEnumerable<ReadOnlyMemory<char>> Of(
        IAsyncEnumerable<string> pieces, string ending,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var piece in pieces.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return piece.AsMemory();
            if (ending.Length > 0)
                yield return ending.AsMemory();
        }
    }

    public static async IAsyncEnumerable<ReadOnlyMemory<char>> Of(
        TextReader reader, int size, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var buffer = ArrayPool<char>.Shared.Rent(size);
        try
        {
            int count;
            while ((count = await reader.ReadAsync(buffer.AsMemory(0, size), cancellationToken)
                .ConfigureAwait(false)) > 0)
                yield return buffer.AsMemory(0, count);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }
}
