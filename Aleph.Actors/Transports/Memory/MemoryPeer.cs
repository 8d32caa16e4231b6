using System.Buffers;
using Aleph.Actors.Transports.Memory;

namespace Aleph.Actors;

/// <summary>
/// The other end of a <see cref="MemoryTransport"/> in the hands of a test: writes and reads bytes, half-closes,
/// resets, holds bytes back. A peer that does not read stalls the transport once the capacity is used up. Any thread;
/// one write and one read at a time.
/// </summary>
public sealed class MemoryPeer
{
    private readonly MemoryPipe _in;
    private readonly MemoryPipe _out;
    private readonly Signal _readable = new();
    private readonly Signal _writable = new();

    internal MemoryPeer(MemoryPipe input, MemoryPipe output)
    {
        (_in, _out) = (input, output);
        _in.Readable = _readable.Set;
        _out.Writable = _writable.Set;
    }

    /// <summary>Sends all of <paramref name="bytes"/>; waits while the capacity is used up.</summary>
    /// <exception cref="IOException">The connection was reset.</exception>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default)
    {
        while (bytes.Length > 0)
        {
            var changed = _writable.Next();
            var written = _out.Write(bytes.Span);
            bytes = bytes[written..];
            if (written > 0)
                continue;
            ThrowIfFailed(_out);
            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Reads at least one byte; 0 when the transport has closed its side.</summary>
    /// <exception cref="IOException">The connection was reset.</exception>
    public async Task<int> ReadAsync(Memory<byte> to, CancellationToken cancellation = default)
    {
        while (true)
        {
            var changed = _readable.Next();
            var count = _in.Read(to.Span);
            if (count > 0 || _in.HasEnded)
                return count;
            ThrowIfFailed(_in);
            await changed.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Reads exactly <paramref name="count"/> bytes.</summary>
    /// <exception cref="EndOfStreamException">The transport closed its side before.</exception>
    /// <exception cref="IOException">The connection was reset.</exception>
    public async Task<byte[]> ReadExactlyAsync(int count, CancellationToken cancellation = default)
    {
        var bytes = new byte[count];
        for (var done = 0; done < count;)
        {
            var read = await ReadAsync(bytes.AsMemory(done), cancellation).ConfigureAwait(false);
            if (read == 0)
                throw new EndOfStreamException($"The transport closed after {done} of {count} bytes.");
            done += read;
        }

        return bytes;
    }

    /// <summary>Reads until the transport has closed its side.</summary>
    /// <exception cref="IOException">The connection was reset.</exception>
    public async Task<byte[]> ReadToEndAsync(CancellationToken cancellation = default)
    {
        var bytes = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await ReadAsync(bytes.GetMemory(4096), cancellation).ConfigureAwait(false);
            if (read == 0)
                return bytes.WrittenSpan.ToArray();
            bytes.Advance(read);
        }
    }

    /// <summary>Sends no more; reading goes on.</summary>
    public void HalfClose() => _out.End();

    /// <summary>Resets the connection: the transport fails with
    /// <see cref="ConnectionEndReason.ConnectionReset"/>.</summary>
    public void Reset() => Fail(new ConnectionEnd(ConnectionEndReason.ConnectionReset));

    /// <summary>Breaks the connection with this failure.</summary>
    public void Fail(ConnectionEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        _out.Fail(end);
        _in.Fail(end);
    }

    /// <summary>Holds back from the transport all that was not delivered yet, until <see cref="Release"/>.</summary>
    public void Hold() => _out.Hold(true);

    /// <summary>Ends a <see cref="Hold"/>.</summary>
    public void Release() => _out.Hold(false);

    private static void ThrowIfFailed(MemoryPipe pipe)
    {
        if (pipe.Failure is { } failure)
            throw new IOException($"The connection has failed: {failure.Reason} {failure.Detail}");
    }

    private sealed class Signal
    {
        private TaskCompletionSource _next = Make();

        public Task Next() => Volatile.Read(ref _next).Task;

        public void Set() => Interlocked.Exchange(ref _next, Make()).TrySetResult();

        private static TaskCompletionSource Make() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
