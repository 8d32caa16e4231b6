using System.Buffers;

namespace Aleph.Actors;

/// <summary>
/// Bytes in order and bytes that are equal, wherever they lie: compared one by one as numbers from 0 to 255, and a
/// beginning of the other comes first. Nothing is changed or consumed. Stateless; any thread.
/// </summary>
public static class ByteComparison
{
    /// <summary>For sorted and hashed collections of memory, by content.</summary>
    public static ByteMemoryComparer Comparer { get; } = new();

    /// <summary>Which comes first.</summary>
    /// <returns>Less than 0 when <paramref name="left"/> comes first, more than 0 when <paramref name="right"/> does,
    /// 0 when they are equal.</returns>
    public static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right);

    /// <inheritdoc cref="Compare(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static int Compare(in ReadOnlySequence<byte> left, in ReadOnlySequence<byte> right)
    {
        var x = new SequenceReader<byte>(left);
        var y = new SequenceReader<byte>(right);
        while (!x.End && !y.End)
        {
            var count = Math.Min(x.UnreadSpan.Length, y.UnreadSpan.Length);
            var order = x.UnreadSpan[..count].SequenceCompareTo(y.UnreadSpan[..count]);
            if (order != 0)
                return order;
            x.Advance(count);
            y.Advance(count);
        }

        return left.Length.CompareTo(right.Length);
    }

    /// <summary>Whether both hold the same bytes. Not for secrets: it takes longer the more is equal.</summary>
    public static bool Equal(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceEqual(right);

    /// <inheritdoc cref="Equal(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static bool Equal(in ReadOnlySequence<byte> left, in ReadOnlySequence<byte> right) =>
        left.Length == right.Length && Compare(left, right) == 0;

    /// <summary>Reads two sources until they differ and says which comes first; both are closed.</summary>
    /// <param name="left">Read once.</param>
    /// <param name="right">Read once.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="InvalidOperationException">One was read before.</exception>
    public static async ValueTask<int> CompareAsync(
        ByteSource left, ByteSource right, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var lefts = left.ReadElementsAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var leftClosed = lefts.ConfigureAwait(false);
        var rights = right.ReadElementsAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var rightClosed = rights.ConfigureAwait(false);
        ReadOnlyMemory<byte> x = default, y = default;
        while (true)
        {
            if (x.IsEmpty)
                x = await lefts.MoveNextAsync().ConfigureAwait(false) ? lefts.Current : default;
            if (y.IsEmpty)
                y = await rights.MoveNextAsync().ConfigureAwait(false) ? rights.Current : default;
            var count = Math.Min(x.Length, y.Length);
            var order = Compare(x.Span[..count], y.Span[..count]);
            if (order != 0 || count == 0)
                return order != 0 ? order : x.Length.CompareTo(y.Length);
            (x, y) = (x[count..], y[count..]);
        }
    }

    /// <summary>Reads two sources until they differ; both are closed.</summary>
    /// <inheritdoc cref="CompareAsync"/>
    public static async ValueTask<bool> EqualAsync(
        ByteSource left, ByteSource right, CancellationToken cancellationToken = default) =>
        await CompareAsync(left, right, cancellationToken).ConfigureAwait(false) == 0;
}
