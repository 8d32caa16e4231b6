using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;

namespace Aleph.Actors;

/// <summary>
/// A place for bytes: made by <c>To</c> from whatever is at hand, and written by <see
/// cref="ByteTransfer.TransferToAsync"/>, which closes it unless <see cref="ByteOptions.LeaveOpen"/>. One transfer at a
/// time, on any thread.
/// </summary>
public sealed class ByteSink
{
    private const int Idle = 0, Busy = 1, Closed = 2;

    private readonly bool _leaveOpen;
    private long _written;
    private int _state;

    private ByteSink(ByteTarget target, bool leaveOpen = false) => (Target, _leaveOpen) = (target, leaveOpen);

    /// <summary>How many bytes it accepted so far, of all transfers.</summary>
    public long BytesWritten => Interlocked.Read(ref _written);

    internal ByteTarget Target { get; }

    /// <summary>Drops everything and counts it in <see cref="BytesWritten"/>. Never closed.</summary>
    public static ByteSink Null() => new(new NullTarget());

    /// <summary>A stream, from where it stands; flushed at the end, then disposed.</summary>
    /// <param name="stream">Where to write; asynchronously.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSink To(Stream stream, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Of(new StreamTarget(stream), options);
    }

    /// <summary>A pipe; each element is flushed, and a full pipe makes the source wait. Completed at the end.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSink To(PipeWriter writer, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        return Of(new PipeTarget(writer), options);
    }

    /// <summary>Memory that somebody owns, such as <see cref="ArrayBufferWriter{T}"/>; without limit. There is nothing
    /// to close.</summary>
    /// <param name="writer">Where to write.</param>
    public static ByteSink To(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        return writer is PipeWriter pipe ? To(pipe) : new(new BufferTarget(writer), leaveOpen: true);
    }

    /// <summary>A channel of elements of at most <see cref="ByteOptions.ChunkSize"/> bytes, each a copy; a full channel
    /// makes the source wait. Completed at the end, with the failure if there was one.</summary>
    /// <param name="writer">Where to write.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSink To(ChannelWriter<ReadOnlyMemory<byte>> writer, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        options = ByteOptions.Valid(options);
        return Of(new ChannelTarget<ReadOnlyMemory<byte>>(writer, static x => x, options.ChunkSize), options);
    }

    /// <inheritdoc cref="To(ChannelWriter{ReadOnlyMemory{byte}}, ByteOptions)"/>
    public static ByteSink To(ChannelWriter<byte[]> writer, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        options = ByteOptions.Valid(options);
        return Of(new ChannelTarget<byte[]>(writer, static x => x, options.ChunkSize), options);
    }

    /// <summary>Text, decoded by <see cref="ByteOptions.Encoding"/>, half characters kept for their other half. Flushed
    /// at the end, then disposed.</summary>
    /// <param name="writer">Where to write; asynchronously.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSink To(TextWriter writer, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        return new(new TextTarget(writer, ByteOptions.Valid(options)));
    }

    /// <summary>A file, written anew, or at its end with <see cref="ByteOptions.Append"/>. Each transfer opens and
    /// closes it; what a failed one wrote stays.</summary>
    /// <param name="path">Which file.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSink ToFile(string path, ByteOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(new FileTarget(path, ByteOptions.Valid(options).Append));
    }

    /// <inheritdoc cref="ToFile"/>
    /// <param name="file">Which file.</param>
    /// <param name="options">Default <see cref="ByteOptions.Default"/>.</param>
    public static ByteSink To(FileInfo file, ByteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        return ToFile(file.FullName, options);
    }

    internal void Begin()
    {
        var was = Interlocked.CompareExchange(ref _state, Busy, Idle);
        if (was != Idle)
        {
            throw new InvalidOperationException(
                was == Busy ? "Something is being written to this sink already." : "This sink is closed.");
        }
    }

    internal void Release() => Volatile.Write(ref _state, Idle);

    internal long Count(long bytes)
    {
        Interlocked.Add(ref _written, bytes);
        return bytes;
    }

    internal async ValueTask EndAsync(Exception? fault)
    {
        var again = _leaveOpen || Target.IsReusable;
        try
        {
            if (!_leaveOpen)
                await Target.CloseAsync(fault).ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _state, again ? Idle : Closed);
        }
    }

    private static ByteSink Of(ByteTarget target, ByteOptions? options) =>
        new(target, ByteOptions.Valid(options).LeaveOpen);
}
