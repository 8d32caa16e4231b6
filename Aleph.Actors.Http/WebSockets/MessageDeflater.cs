using System.Buffers;
using System.IO.Compression;

namespace Aleph.Actors.Http.WebSockets;

/// <summary>
/// Compresses the messages of one direction (RFC 7692 7.2.1) by the runtime's zlib. It may be <see cref="Reset"/>
/// between any two messages: whoever may refer to earlier messages need not.
/// </summary>
/// <param name="takesOver">Whether messages may refer to those before them.</param>
/// <param name="windowBits">How far they may refer back, 8 to 15: 2 to this power, in octets.</param>
/// <param name="level">1 (fastest) to 9 (smallest).</param>
internal sealed class MessageDeflater(bool takesOver, int windowBits, int level) : IDisposable
{
    private const int TailSize = 4;
    private const int FullWindow = 15;

    private readonly WriterStream _sink = new();
    private DeflateStream? _stream;

    /// <summary>Whether a context is held, which is some 230 KiB.</summary>
    public bool HoldsContext => _stream is not null;

    /// <summary>Compresses a piece of a message. Little may come out before the last one.</summary>
    /// <param name="piece">The octets; not empty but for the last piece.</param>
    /// <param name="isLast">Whether the message ends with it.</param>
    /// <param name="output">Gets what is to be sent.</param>
    public void Compress(ReadOnlySpan<byte> piece, bool isLast, PooledBuffer output)
    {
        _stream ??= new DeflateStream(_sink, Options(), leaveOpen: true);
        _sink.Target = output;
        _stream.Write(piece);
        if (isLast)
        {
            _stream.Flush();
            output.Cut(TailSize);
            if (!takesOver)
                Reset();
        }

        _sink.Target = null;
    }

    /// <summary>Gives all memory back; the next message refers to nothing before it.</summary>
    public void Reset()
    {
        _sink.Target = null;
        _stream?.Dispose();
        _stream = null;
    }

    public void Dispose() => Reset();

    // zlib always uses a window of 15 bits here. Run lengths refer back by one octet only, so they fit any window.
    private ZLibCompressionOptions Options() => new()
    {
        CompressionLevel = level,
        CompressionStrategy = windowBits < FullWindow
            ? ZLibCompressionStrategy.RunLengthEncoding
            : ZLibCompressionStrategy.Default,
    };
}
