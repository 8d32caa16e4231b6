using System.Text;

namespace Aleph.Actors.Http.Multipart;

/// <summary>What a <see cref="MultipartMachine"/> found.</summary>
internal enum MultipartEvent
{
    /// <summary>Nothing more in this input: present what was not consumed again, with more behind it.</summary>
    NeedMore,

    /// <summary>A part begins; its header lines are in <see cref="MultipartMachine.Headers"/>.</summary>
    PartBegin,

    /// <summary>Octets of the part.</summary>
    Data,

    /// <summary>The part has ended.</summary>
    PartEnd,

    /// <summary>The last part has ended; whatever follows is consumed and ignored.</summary>
    End,

    /// <summary>It is malformed or passes a limit; see <see cref="MultipartMachine.Error"/>.</summary>
    Failed,
}

/// <summary>
/// Takes a multipart content apart (RFC 2046 5.1): octets in, events out. It holds the header lines of one part and
/// nothing of the content; what it does not consume is at most a delimiter or one header line.
/// </summary>
internal sealed class MultipartMachine
{
    private const int MaxPreamble = 8 * 1024;
    private const int MaxPadding = 256;

    private static readonly Encoding Latin1 = Encoding.Latin1;

    private readonly MultipartSettings _limits;
    private readonly byte[] _delimiter;
    private readonly List<HttpField> _fields = [];
    private State _state = State.Start;
    private int _skipped;
    private int _headerBytes;
    private int _parts;
    private long _partSize;

    /// <param name="boundary">Checked by <see cref="IsBoundary"/>.</param>
    /// <param name="limits">The limits.</param>
    public MultipartMachine(string boundary, MultipartSettings limits)
    {
        _limits = limits;
        _delimiter = Encoding.ASCII.GetBytes("\r\n--" + boundary);
    }

    private enum State
    {
        Start,
        Preamble,
        AfterDelimiter,
        Headers,
        BodyStart,
        Body,
        Epilogue,
        Failed,
    }

    /// <summary>The header lines of the part that began last.</summary>
    public HttpHeaders Headers { get; private set; } = HttpHeaders.Empty;

    /// <summary>What is wrong, after <see cref="MultipartEvent.Failed"/>.</summary>
    public ProtocolError? Error { get; private set; }

    // A line without its CRLF at the start is as good as one with it.
    private ReadOnlySpan<byte> FirstDelimiter => _delimiter.AsSpan(2);

    /// <summary>RFC 2046 5.1.1: 1 to 70 characters, no space at the end.</summary>
    public static bool IsBoundary(string? text) =>
        text is { Length: >= 1 and <= 70 } && text[^1] != ' '
        && text.All(x => char.IsAsciiLetterOrDigit(x) || "'()+_,-./:=? ".Contains(x, StringComparison.Ordinal));

    /// <summary>Finds the next event.</summary>
    /// <param name="input">What was not consumed before, and more.</param>
    /// <param name="consumed">How much of it is done with; of <see cref="MultipartEvent.Data"/> this is the
    /// data.</param>
    public MultipartEvent Next(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        while (true)
        {
            var rest = input[consumed..];
            var (found, count) = Step(rest);
            consumed += count;
            if (found is { } result)
                return result;
        }
    }

    /// <summary>No input follows. What is wrong with that, or null.</summary>
    public ProtocolError? ReceiveEnd() => _state switch
    {
        State.Epilogue => null,
        State.Failed => Error,
        _ => MultipartErrors.Truncated(),
    };

    /// <summary>One step; no event means: go on with what is left.</summary>
    private (MultipartEvent? Event, int Consumed) Step(ReadOnlySpan<byte> input) => _state switch
    {
        State.Start => Start(input),
        State.Preamble => Preamble(input),
        State.AfterDelimiter => AfterDelimiter(input),
        State.Headers => Header(input),
        State.BodyStart => BodyStart(input),
        State.Body => Body(input),
        State.Epilogue => (input.IsEmpty ? MultipartEvent.NeedMore : null, input.Length),
        _ => (MultipartEvent.Failed, 0),
    };

    private (MultipartEvent?, int) Start(ReadOnlySpan<byte> input)
    {
        if (input.Length < FirstDelimiter.Length && FirstDelimiter.StartsWith(input))
            return (MultipartEvent.NeedMore, 0);
        var isFirst = input.StartsWith(FirstDelimiter);
        _state = isFirst ? State.AfterDelimiter : State.Preamble;
        return (null, isFirst ? FirstDelimiter.Length : 0);
    }

    private (MultipartEvent?, int) Preamble(ReadOnlySpan<byte> input)
    {
        var at = input.IndexOf(_delimiter);
        var skipped = at < 0 ? SafeLength(input) : at;
        _skipped += skipped;
        if (_skipped > MaxPreamble)
            return Fail(MultipartErrors.PreambleTooLong(MaxPreamble));
        if (at < 0)
            return (MultipartEvent.NeedMore, skipped);
        _state = State.AfterDelimiter;
        return (null, at + _delimiter.Length);
    }

    private (MultipartEvent?, int) AfterDelimiter(ReadOnlySpan<byte> input)
    {
        if (input.StartsWith("--"u8))
        {
            _state = State.Epilogue;
            return (MultipartEvent.End, 2);
        }

        var padding = input.IndexOfAnyExcept((byte)' ', (byte)'\t');
        var length = padding < 0 ? input.Length : padding;
        if (length > MaxPadding)
            return Fail(MultipartErrors.InvalidDelimiter());
        var end = input[length..];
        if (end.Length < 2 && ("\r\n"u8.StartsWith(end) || (length == 0 && end is [(byte)'-'])))
            return (MultipartEvent.NeedMore, 0);
        if (!end.StartsWith("\r\n"u8))
            return Fail(MultipartErrors.InvalidDelimiter());
        if (++_parts > _limits.MaxParts)
            return Fail(MultipartErrors.TooManyParts(_limits.MaxParts));
        _fields.Clear();
        _headerBytes = 0;
        _state = State.Headers;
        return (null, length + 2);
    }

    private (MultipartEvent?, int) Header(ReadOnlySpan<byte> input)
    {
        var end = input.IndexOf((byte)'\n');
        var room = _limits.MaxHeaderBytes - _headerBytes;
        if ((end < 0 ? input.Length : end + 1) > room + 2)
            return Fail(MultipartErrors.HeadersTooLarge(_limits.MaxHeaderBytes));
        if (end < 0)
            return (MultipartEvent.NeedMore, 0);
        if (end == 0 || input[end - 1] != '\r')
            return Fail(MultipartErrors.InvalidHeader());
        if (end == 1)
        {
            Headers = HttpHeaders.FromOwned([.. _fields]);
            _partSize = 0;
            _state = State.BodyStart;
            return (MultipartEvent.PartBegin, 2);
        }

        _headerBytes += end + 1;
        if (_headerBytes > _limits.MaxHeaderBytes)
            return Fail(MultipartErrors.HeadersTooLarge(_limits.MaxHeaderBytes));
        if (_fields.Count == _limits.MaxHeaderCount)
            return Fail(MultipartErrors.TooManyHeaders(_limits.MaxHeaderCount));
        return AddField(input[..(end - 1)]) ? (null, end + 1) : Fail(MultipartErrors.InvalidHeader());
    }

    private bool AddField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0)
            return false;
        var name = Latin1.GetString(line[..colon]);
        var value = Latin1.GetString(line[(colon + 1)..]).Trim(' ', '\t');
        if (!FieldSyntax.IsToken(name) || !FieldSyntax.IsValue(value))
            return false;
        _fields.Add(new HttpField(name, value));
        return true;
    }

    /// <summary>A part without content may end with the very CRLF that ends its header lines.</summary>
    private (MultipartEvent?, int) BodyStart(ReadOnlySpan<byte> input)
    {
        if (input.Length < FirstDelimiter.Length && FirstDelimiter.StartsWith(input))
            return (MultipartEvent.NeedMore, 0);
        if (!input.StartsWith(FirstDelimiter))
        {
            _state = State.Body;
            return (null, 0);
        }

        _state = State.AfterDelimiter;
        return (MultipartEvent.PartEnd, FirstDelimiter.Length);
    }

    private (MultipartEvent?, int) Body(ReadOnlySpan<byte> input)
    {
        var at = input.IndexOf(_delimiter);
        if (at == 0)
        {
            _state = State.AfterDelimiter;
            return (MultipartEvent.PartEnd, _delimiter.Length);
        }

        var length = at < 0 ? SafeLength(input) : at;
        if (length == 0)
            return (MultipartEvent.NeedMore, 0);
        _partSize += length;
        if (_partSize > _limits.MaxPartSize)
            return Fail(MultipartErrors.PartTooLarge(_limits.MaxPartSize.Value));
        return (MultipartEvent.Data, length);
    }

    /// <summary>How much of an input without a delimiter cannot be the beginning of one.</summary>
    private int SafeLength(ReadOnlySpan<byte> input)
    {
        var begin = Math.Max(0, input.Length - _delimiter.Length + 1);
        for (var i = begin; i < input.Length; i++)
        {
            if (input[i] == '\r' && _delimiter.AsSpan().StartsWith(input[i..]))
                return i;
        }

        return input.Length;
    }

    private (MultipartEvent?, int) Fail(ProtocolError error)
    {
        Error = error;
        _state = State.Failed;
        return (MultipartEvent.Failed, 0);
    }
}
