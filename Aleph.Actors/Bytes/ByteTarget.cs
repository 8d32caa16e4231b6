namespace Aleph.Actors;

/// <summary>Where a <see cref="ByteSink"/> writes. One transfer at a time: begin, write, complete, close.</summary>
internal abstract class ByteTarget
{
    /// <summary>The largest memory that <see cref="WriteAsync"/> takes.</summary>
    public virtual int LargestElement => int.MaxValue;

    /// <summary>Whether it can be written again after it was closed.</summary>
    public virtual bool IsReusable => false;

    public virtual ValueTask BeginAsync(CancellationToken cancellationToken) => default;

    /// <summary>Writes, and waits while there is no room. The memory is the caller's again afterwards.</summary>
    public abstract ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Writes what was withheld: everything came.</summary>
    public virtual ValueTask CompleteAsync(CancellationToken cancellationToken) => default;

    /// <summary>Closes what was given, with what went wrong. Called once, or once a transfer where reusable.</summary>
    public virtual ValueTask CloseAsync(Exception? fault) => default;
}
