namespace Aleph.Actors;

/// <summary>Drops everything.</summary>
internal sealed class NullTarget : ByteTarget
{
    public override bool IsReusable => true;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => default;
}
