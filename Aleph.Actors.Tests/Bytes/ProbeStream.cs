namespace Aleph.Actors.Tests.Bytes;

/// <summary>
/// A stream that answers each read with the next piece, and counts how often it was disposed. After the last piece it
/// ends, fails, or waits for ever, as told.
/// </summary>
internal sealed class ProbeStream(params byte[][] pieces) : Stream
{
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _next;
    private int _offset;

    /// <summary>What is thrown after the last piece.</summary>
    public Exception? Failure { get; init; }

    /// <summary>Whether it never ends.</summary>
    public bool Waits { get; init; }

    public int Disposals { get; private set; }

    /// <summary>How many pieces were asked for.</summary>
    public int Reads { get; private set; }

    /// <summary>Done when a read waits for ever.</summary>
    public Task IsWaiting => _waiting.Task;

    /// <summary>Done when it was disposed the first time.</summary>
    public Task IsDisposed => _disposed.Task;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        Reads++;
        while (_next < pieces.Length && _offset == pieces[_next].Length)
            (_next, _offset) = (_next + 1, 0);
        if (_next == pieces.Length)
            return await EndAsync(cancellationToken);
        var count = Math.Min(buffer.Length, pieces[_next].Length - _offset);
        pieces[_next].AsSpan(_offset, count).CopyTo(buffer.Span);
        _offset += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Disposals++;
        _disposed.TrySetResult();
        base.Dispose(disposing);
    }

    private async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        if (Failure is not null)
            throw Failure;
        if (!Waits)
            return 0;
        _waiting.TrySetResult();
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }
}
