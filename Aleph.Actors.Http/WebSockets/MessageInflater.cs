using System.Buffers;
using System.IO.Compression;

namespace Aleph.Actors.Http.WebSockets;

/// <summary>
/// Decompresses the messages of one direction (RFC 7692 7.2.2) as they come, by the runtime's zlib. It holds memory
/// only within a message, unless the peer's context is taken over to the next one.
/// </summary>
/// <param name="takesOver">Whether messages may refer to those before them.</param>
internal sealed class MessageInflater(bool takesOver) : IDisposable
{
    // The last octets before the end are fed one by one: a final block (BFINAL) ends there, if at all, and only so can
    // it be told where it ended.
    private const int HeldBack = 2;
    private const int LeastOutput = 512;

    private static readonly byte[] Tail = [0, 0, 0xFF, 0xFF];

    private readonly FeedStream _feed = new();
    private DeflateStream? _stream;
    private int _held;
    private bool _hasEnded;

    /// <summary>Memory for the next compressed octets: at most so many, at least one.</summary>
    public Span<byte> Input(int count)
    {
        var room = _feed.Room(_held);
        return room[..Math.Min(count, room.Length)];
    }

    /// <summary>Decompresses what was put into <see cref="Input"/>.</summary>
    /// <param name="count">How many octets that was.</param>
    /// <param name="output">Gets the message.</param>
    /// <param name="room">How many octets it may still get.</param>
    /// <param name="text">Checks them.</param>
    /// <param name="isText">Whether it does.</param>
    public InflateResult Inflate(
        int count, IBufferWriter<byte> output, long room, ref Utf8Check text, bool isText)
    {
        var all = _held + count;
        if (all <= HeldBack)
        {
            _held = all;
            return default;
        }

        var result = Run(0, all - HeldBack, output, room, ref text, isText);
        _feed.Room(all - HeldBack)[..HeldBack].CopyTo(_feed.Room(0));
        _held = HeldBack;

        // Something follows a final block, and it cannot be told where that ended.
        return _hasEnded && result.Outcome == InflateOutcome.Done
            ? result with { Outcome = InflateOutcome.Broken }
            : result;
    }

    /// <summary>The message has ended: decompresses the rest.</summary>
    /// <inheritdoc cref="Inflate"/>
    public InflateResult End(IBufferWriter<byte> output, long room, ref Utf8Check text, bool isText)
    {
        var held = _held;
        var written = 0L;
        InflateResult result = default;
        for (var at = 0; at < held && result.Outcome == InflateOutcome.Done; at++)
        {
            if (_hasEnded)
                result = new(_feed.Room(at)[0] == 0 ? InflateOutcome.Done : InflateOutcome.Broken, 0);
            else
                result = Run(at, 1, output, room - written, ref text, isText);
            written += result.Written;
        }

        if (!_hasEnded && result.Outcome == InflateOutcome.Done)
        {
            Tail.CopyTo(_feed.Room(0));
            result = Run(0, Tail.Length, output, room - written, ref text, isText);
            written += result.Written;
        }

        _held = 0;
        _feed.Release();
        if (!takesOver || _hasEnded || result.Outcome != InflateOutcome.Done)
            Dispose();
        return result with { Written = written };
    }

    /// <summary>Gives all memory back; the next message begins anew.</summary>
    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
        _feed.Release();
        _held = 0;
        _hasEnded = false;
    }

    private InflateResult Run(
        int start, int count, IBufferWriter<byte> output, long room, ref Utf8Check text, bool isText)
    {
        _feed.Feed(start, count);
        _stream ??= new DeflateStream(_feed, CompressionMode.Decompress, leaveOpen: true);
        Span<byte> beyond = stackalloc byte[1];
        var written = 0L;
        try
        {
            while (true)
            {
                var isFull = written == room;
                var target = isFull ? beyond : Target(output, room - written);
                var read = _stream.Read(target);
                if (read == 0)
                    break;
                if (isFull)
                    return new(InflateOutcome.TooLarge, written);
                if (isText && !text.Accept(target[..read]))
                    return new(InflateOutcome.InvalidText, written);
                output.Advance(read);
                written += read;
            }
        }
        catch (InvalidDataException)
        {
            return new(InflateOutcome.Broken, written);
        }

        _hasEnded = !_feed.WasStarved;
        return new(InflateOutcome.Done, written);
    }

    private static Span<byte> Target(IBufferWriter<byte> output, long room)
    {
        var target = output.GetSpan(LeastOutput);
        return target[..(int)Math.Min(target.Length, room)];
    }
}
