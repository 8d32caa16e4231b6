using System.Buffers;

namespace Aleph.Actors;

/// <summary>
/// Where the bytes of a <see cref="ByteSource"/> come from. It is read by one <see cref="ByteReading"/>, which also
/// closes it; a reusable one by any number.
/// </summary>
internal abstract class ByteOrigin
{
    private int _used;

    public virtual long? Length => null;

    public virtual bool IsReusable => false;

    /// <summary>The bytes, where they are in memory. Never consumes anything.</summary>
    public virtual bool TryGetBytes(out ReadOnlySequence<byte> bytes)
    {
        bytes = default;
        return false;
    }

    /// <summary>The elements, from the first.</summary>
    /// <param name="size">How many bytes to ask for at once.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public abstract IAsyncEnumerator<ReadOnlyMemory<byte>> Read(int size, CancellationToken cancellationToken);

    /// <summary>Closes what was given; called once, after the last read.</summary>
    public virtual ValueTask CloseAsync(Exception? fault) => default;

    public bool TryClaim() => IsReusable || Interlocked.Exchange(ref _used, 1) == 0;

    public void Claim()
    {
        if (!TryClaim())
            throw new InvalidOperationException("These bytes were read before, and can be read once only.");
    }
}
