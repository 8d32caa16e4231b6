using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Aleph.Actors;

/// <summary>The bytes of a <see cref="ByteSource"/> as something that is read piece by piece.</summary>
public static class ByteStreamForms
{
    /// <summary>
    /// A stream to read. Disposing it closes the source, also before its end. It does not seek, unless the source is
    /// in memory, a stream or a file.
    /// </summary>
    /// <remarks>
    /// Reading asynchronously never blocks. Reading synchronously blocks the caller until bytes are there, so never do
    /// it on a thread that has to deliver them, an actor's turn for one. A read that is cancelled ends the stream.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The source was read before.</exception>
    [SuppressMessage("Reliability", "CA2000", Justification = "The stream belongs to the caller.")]
    public static Stream AsStream(this ByteSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        source.Origin.Claim();
        return source.Origin switch
        {
            StreamOrigin { LeaveOpen: false } origin => origin.Stream,
            PipeOrigin origin => origin.Reader.AsStream(origin.LeaveOpen),
            FileOrigin { IsWhole: true } origin => new FileStream(
                origin.Path, FileMode.Open, FileAccess.Read, FileShare.Read, source.Options.ChunkSize, useAsync: true),
            MemoryOrigin origin when TryGetStream(origin, out var stream) => stream,
            var origin => new ElementStream(origin, source.Options.ChunkSize),
        };
    }

    /// <summary>A pipe to read, which takes from the source only when it is read. Completing it closes the
    /// source.</summary>
    /// <exception cref="InvalidOperationException">The source was read before.</exception>
    public static PipeReader AsPipeReader(this ByteSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        // The BCL's reader of a sequence fails on one of empty segments.
        if (source.Origin.TryGetBytes(out var bytes))
            return PipeReader.Create(bytes.IsEmpty ? ReadOnlySequence<byte>.Empty : bytes);
        if (source.Origin is not PipeOrigin { LeaveOpen: false } origin)
            return PipeReader.Create(source.AsStream(), new(bufferSize: source.Options.ChunkSize));
        origin.Claim();
        return origin.Reader;
    }

    /// <summary>
    /// A channel that holds at most <see cref="ByteOptions.Window"/> chunks, each of at most <see
    /// cref="ByteOptions.ChunkSize"/> bytes; when it is full, the source waits. A failure completes the channel with
    /// it.
    /// </summary>
    /// <param name="source">What to read; reading begins at once.</param>
    /// <param name="cancellationToken">A channel has no way to say that its reader gave up: this is it. It completes
    /// the channel with a cancellation and closes the source.</param>
    /// <exception cref="InvalidOperationException">The source was read before.</exception>
    public static ChannelReader<ReadOnlyMemory<byte>> AsChannelReader(
        this ByteSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var channel = Channel.CreateBounded<ReadOnlyMemory<byte>>(
            new BoundedChannelOptions(source.Options.Window) { SingleWriter = true });
        var options = source.Options with { LeaveOpen = false };
        // Whatever happens completes the channel; a source that was read before throws here.
        source.Origin.Claim();
        _ = ByteTransfer.CopyAsync(source, ByteSink.To(channel.Writer, options), cancellationToken);
        return channel.Reader;
    }

    private static bool TryGetStream(MemoryOrigin origin, [NotNullWhen(true)] out MemoryStream? stream)
    {
        stream = null;
        if (!origin.TryGetBytes(out var bytes) || !bytes.IsSingleSegment)
            return false;
        if (MemoryMarshal.TryGetArray(bytes.First, out var array))
            stream = new MemoryStream(array.Array ?? [], array.Offset, array.Count, writable: false);
        return stream is not null;
    }
}
