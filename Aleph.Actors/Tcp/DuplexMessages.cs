using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Aleph.Actors.Tcp;

/// <summary>The pipes of a <see cref="DuplexConnection"/> as sends and receives. Any thread.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds nothing.")]
internal sealed class DuplexMessages(DuplexPipes pipes)
{
    private readonly SemaphoreSlim _sending = new(1, 1);

    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var flushed = await pipes.Output.Writer.WriteAsync(bytes, cancellation).ConfigureAwait(false);
            return !flushed.IsCompleted;
        }
        finally
        {
            _sending.Release();
        }
    }

    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(CancellationToken cancellation)
    {
        var reader = pipes.Input.Reader;
        while (true)
        {
            var read = await reader.ReadAsync(cancellation).ConfigureAwait(false);
            if (read.IsCanceled)
                return default;
            var bytes = read.Buffer.ToArray();
            reader.AdvanceTo(read.Buffer.End);
            if (bytes.Length > 0 || read.IsCompleted)
                return bytes;
        }
    }

    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReceiveAllAsync(
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        while (await ReceiveAsync(cancellation).ConfigureAwait(false) is { Length: > 0 } bytes)
            yield return bytes;
    }
}
