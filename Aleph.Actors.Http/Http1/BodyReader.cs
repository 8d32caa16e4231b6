using System.Text;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// The machine that finds the end of a message's body (RFC 9112 6.3, 7.1), for both directions: by length, by chunks
/// with their trailers, or by the end of the connection. Owned by the reader of a connection, used for one body after
/// another.
/// </summary>
internal sealed class BodyReader(Http1Limits limits, FieldSection fields)
{
    private State _state;
    private long _left;
    private long _length;
    private int _extensions;
    private int _headOctets;
    private int _headCount;
    private ProtocolError? _error;

    private enum State
    {
        Length,
        ChunkLine,
        ChunkData,
        ChunkEnd,
        Trailers,
        Close,
    }

    /// <summary>The trailer fields; valid from End to the next <see cref="Reset"/>.</summary>
    public HttpHeaders Trailers { get; private set; } = HttpHeaders.Empty;

    /// <summary>What was wrong; valid after Error.</summary>
    public ProtocolError Error => _error ?? throw new InvalidOperationException("No error was found.");

    /// <summary>The largest body, in octets of content; null: any.</summary>
    public long? MaxSize { get; set; }

    /// <summary>Whether the connection may end here.</summary>
    public bool MayEnd => _state == State.Close || (_state == State.Length && _left == 0);

    /// <summary>How many octets are to come; null where only the peer knows.</summary>
    public long? Left => _state == State.Length ? _left : null;

    /// <summary>Forgets the trailers of the last body.</summary>
    public void Reset() => Trailers = HttpHeaders.Empty;

    /// <summary>Begins a body.</summary>
    /// <param name="framing">Anything but None.</param>
    /// <param name="length">For Length.</param>
    /// <param name="headOctets">How much of the limits the head took.</param>
    /// <param name="headCount">The same in field lines.</param>
    public void Begin(BodyFraming framing, long length, int headOctets, int headCount)
    {
        _left = length;
        _length = 0;
        _extensions = 0;
        (_headOctets, _headCount) = (headOctets, headCount);
        Reset();
        _state = framing switch
        {
            BodyFraming.Length => State.Length,
            BodyFraming.Chunked => State.ChunkLine,
            _ => State.Close,
        };
    }

    /// <summary>Reads up to one event: NeedMore, Data, End or Error; null: call again.</summary>
    public Http1Event? Read(ReadOnlySpan<byte> input, out int taken, out ReadOnlySpan<byte> data)
    {
        taken = 0;
        data = default;
        return _state switch
        {
            State.ChunkLine => ReadChunkLine(input, out taken),
            State.ChunkEnd => ReadChunkEnd(input, out taken),
            State.Trailers => ReadTrailers(input, out taken),
            State.Close => ReadToClose(input, out taken, out data),
            _ => ReadData(input, out taken, out data),
        };
    }

    /// <summary>Reads an empty line, if there is one: <paramref name="found"/>.</summary>
    public static Http1Event? ReadEmptyLine(ReadOnlySpan<byte> input, out bool found, out ProtocolError? error)
    {
        found = false;
        error = null;
        if (input.Length == 0)
            return Http1Event.NeedMore;
        if (input[0] != Octets.Cr)
            return null;
        if (input.Length == 1)
            return Http1Event.NeedMore;
        if (input[1] != Octets.Lf)
        {
            error = Http1Errors.CarriageReturnAlone(input);
            return Http1Event.Error;
        }

        found = true;
        return null;
    }

    private Http1Event? ReadData(ReadOnlySpan<byte> input, out int taken, out ReadOnlySpan<byte> data)
    {
        taken = (int)Math.Min(_left, input.Length);
        data = input[..taken];
        if (taken > 0)
        {
            _left -= taken;
            if (_left == 0 && _state == State.ChunkData)
                _state = State.ChunkEnd;
            return Http1Event.Data;
        }

        return _left == 0 ? Http1Event.End : Http1Event.NeedMore;
    }

    private Http1Event? ReadToClose(ReadOnlySpan<byte> input, out int taken, out ReadOnlySpan<byte> data)
    {
        taken = 0;
        data = default;
        if (input.Length == 0)
            return Http1Event.NeedMore;
        if (input.Length > (MaxSize ?? long.MaxValue) - _length)
            return Fail(Http1Errors.BodyTooLarge(MaxSize ?? long.MaxValue));
        _length += input.Length;
        taken = input.Length;
        data = input;
        return Http1Event.Data;
    }

    private Http1Event? ReadChunkLine(ReadOnlySpan<byte> input, out int taken)
    {
        taken = 0;
        var allowed = Math.Min(limits.MaxChunkExtension, limits.MaxChunkExtensionTotal - _extensions);
        var result = ChunkLine.TryRead(input, allowed, out var line, out var error);
        if (result == LineResult.NeedMore)
            return Http1Event.NeedMore;
        if (error is not null)
            return Fail(error);
        taken = line.Length;
        _extensions += line.Extension;
        if (line.Size == 0)
        {
            fields.StartTrailers(_headOctets, _headCount);
            _state = State.Trailers;
            return null;
        }

        if (line.Size > (MaxSize ?? long.MaxValue) - _length)
            return Fail(Http1Errors.BodyTooLarge(MaxSize ?? long.MaxValue));
        _length += line.Size;
        _left = line.Size;
        _state = State.ChunkData;
        return null;
    }

    private Http1Event? ReadChunkEnd(ReadOnlySpan<byte> input, out int taken)
    {
        taken = 0;
        if (input.Length > 0 && input[0] != Octets.Cr)
            return Fail(Http1Errors.InvalidChunkEnd(input));
        if (input.Length < 2)
            return Http1Event.NeedMore;
        if (input[1] != Octets.Lf)
            return Fail(Http1Errors.InvalidChunkEnd(input));
        taken = 2;
        _state = State.ChunkLine;
        return null;
    }

    private Http1Event? ReadTrailers(ReadOnlySpan<byte> input, out int taken)
    {
        taken = 0;
        while (true)
        {
            var rest = input[taken..];
            if (ReadEmptyLine(rest, out var atEnd, out var fault) is { } found)
                return fault is null ? found : Fail(fault);
            if (atEnd)
            {
                taken += 2;
                Trailers = fields.Take(remember: false);
                return Http1Event.End;
            }

            var result = fields.TryRead(rest, out var line, out _, out _, out var error);
            if (result == LineResult.NeedMore)
                return Http1Event.NeedMore;
            if (error is null && Encoding.ASCII.GetString(line.Name) is var name && !TrailerFields.IsAllowed(name))
                error = Http1Errors.ForbiddenTrailer(name);
            if (error is not null)
                return Fail(error);
            taken += line.Length;
        }
    }

    private Http1Event Fail(ProtocolError error)
    {
        _error = error;
        return Http1Event.Error;
    }
}
