namespace Aleph.Actors.Tests.Bytes;

/// <summary>A stream in memory that counts flushes and disposals, and fails where told.</summary>
internal sealed class ProbeTarget : MemoryStream
{
    public Exception? Failure { get; init; }

    public int Flushes { get; private set; }

    public int Disposals { get; private set; }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        if (Failure is not null)
            throw Failure;
        Write(buffer.Span);
    }

    public override Task FlushAsync(CancellationToken cancellationToken)
    {
        Flushes++;
        return Task.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        Disposals++;
        base.Dispose(disposing);
    }
}
