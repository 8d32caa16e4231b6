using System.Runtime.CompilerServices;

namespace Aleph.Actors.Http;

/// <summary>A body of bytes in memory.</summary>
/// <param name="bytes">The content.</param>
/// <param name="once">Whether it can be used once only, as every body of a received request.</param>
/// <param name="trailers">The trailer section that came with it.</param>
internal sealed class BytesBody(ReadOnlyMemory<byte> bytes, bool once = false, HttpHeaders? trailers = null) : HttpBody
{
    private long _limit = long.MaxValue;

    public override long? Length => bytes.Length;

    public override HttpHeaders Trailers => trailers ?? HttpHeaders.Empty;

    internal override bool TryTakeBytes(out ReadOnlyMemory<byte> taken)
    {
        Claim();
        ThrowIfTooLong();
        taken = bytes;
        return true;
    }

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await default(ValueTask).ConfigureAwait(false);
        ThrowIfTooLong();
        if (!bytes.IsEmpty)
            yield return bytes;
    }

    /// <summary>
    /// Lets a use fail when the content is longer than this. False when a received one was used already.
    /// </summary>
    internal bool TryLimit(long? limit)
    {
        Volatile.Write(ref _limit, limit ?? long.MaxValue);
        return !IsUsed;
    }

    private void ThrowIfTooLong()
    {
        if (bytes.Length > Volatile.Read(ref _limit))
            throw TooLong(_limit);
    }

    private protected override bool TryClaim() => !once || base.TryClaim();
}
