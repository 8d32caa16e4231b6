namespace Aleph.Actors.Bytes;

/// <summary>
/// A part of an <see cref="OutputBuffer"/> whose bytes lie elsewhere than in its own memory. On the turn of its
/// connection, or of what closes it.
/// </summary>
internal abstract class OutputSlice : IDisposable
{
    /// <summary>How many bytes are unsent.</summary>
    public abstract long Remaining { get; }

    /// <summary>The next bytes, at most <paramref name="limit"/>; empty when they cannot be had.</summary>
    public abstract ReadOnlyMemory<byte> Read(int limit);

    /// <summary>So many bytes were sent.</summary>
    public abstract void Advance(int count);

    /// <summary>It has been sent or dropped: nothing of it is touched any more.</summary>
    public abstract void Dispose();
}
