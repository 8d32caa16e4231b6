using System.Text;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// The machine that reads the requests of one server connection (RFC 9112), owned by the connection's driver. Octets go
/// in, one event comes out a call; whole lines are consumed at once, an incomplete one is left with the caller. Any
/// octets in any cut give the same events, or one error, after which nothing more is read.
/// </summary>
internal sealed class Http1RequestReader(Http1Limits limits)
{
    private readonly FieldSection _fields = new(limits);
    private readonly HeadCache<RequestHead> _cache = new();
    private BodyReader? _body;
    private State _state = State.Start;
    private int _emptyLines;
    private bool _hasReadHead;
    private string _method = "";
    private RequestTarget _target;
    private int _minorVersion;
    private FieldFacts _facts;
    private RequestHead? _head;
    private ProtocolError? _error;
    private int _headOctets;

    private enum State
    {
        Start,
        RequestLine,
        Fields,
        BodyStart,
        Body,
        Failed,
    }

    /// <summary>The last head; valid from its event to the next one.</summary>
    public RequestHead Head => _head ?? throw new InvalidOperationException("No head was read yet.");

    /// <summary>The trailer fields; valid from End to the next head.</summary>
    public HttpHeaders Trailers => _body?.Trailers ?? HttpHeaders.Empty;

    /// <summary>What was wrong; valid after Error.</summary>
    public ProtocolError Error => _error ?? throw new InvalidOperationException("No error was found.");

    /// <summary>
    /// The largest body, in octets of content; null: any. Holds until set again; for one request, set it between its
    /// head and the next call of <see cref="Read"/>.
    /// </summary>
    public long? MaxBodySize { get; set; }

    /// <summary>
    /// Whether the reader is between messages and has seen nothing of a next request but empty lines.
    /// </summary>
    public bool IsIdle => _state == State.Start;

    /// <summary>Whether a head was read whose End was not.</summary>
    public bool IsReadingBody => _state is not (State.Start or State.RequestLine or State.Fields or State.Failed);

    /// <summary>Reads up to one event.</summary>
    /// <param name="input">What was not consumed before, and what came after it.</param>
    /// <param name="consumed">How much of <paramref name="input"/> is done with, <paramref name="data"/>
    /// included.</param>
    /// <param name="data">The octets of a Data event, a part of <paramref name="input"/>; else empty.</param>
    public Http1Event Read(ReadOnlySpan<byte> input, out int consumed, out ReadOnlySpan<byte> data)
    {
        consumed = 0;
        data = default;
        Http1Event? found = null;
        while (found is null)
        {
            var rest = input[consumed..];
            var taken = 0;
            found = _state switch
            {
                State.Start or State.RequestLine => ReadStart(rest, out taken),
                State.Fields => ReadFields(rest, out taken),
                State.BodyStart => StartBody(),
                State.Body => ReadBody(rest, out taken, out data),
                _ => Http1Event.Error,
            };
            consumed += taken;
        }

        return found.Value;
    }

    /// <summary>The peer will send no more: null between messages, else what is missing.</summary>
    public ProtocolError? ReadEnd()
    {
        var where = _state switch
        {
            State.Start or State.Failed => null,
            State.RequestLine or State.Fields => "a head",
            State.BodyStart when _head!.BodyKind == BodyKind.None => null,
            State.Body when _body!.MayEnd => null,
            _ => "a body",
        };
        return where is null ? _error : Http1Errors.UnexpectedEnd(where);
    }

    private Http1Event? ReadStart(ReadOnlySpan<byte> input, out int taken)
    {
        taken = 0;
        while (input.Length > taken && input[taken] == Octets.Cr)
        {
            if (_emptyLines == limits.MaxLeadingCrlf)
                return Fail(Http1Errors.TooManyEmptyLines(limits.MaxLeadingCrlf));
            if (input.Length == taken + 1)
                return Http1Event.NeedMore;
            if (input[taken + 1] != Octets.Lf)
                return Fail(Http1Errors.CarriageReturnAlone(input[taken..]));
            _emptyLines++;
            taken += 2;
        }

        input = input[taken..];
        if (input.Length == 0)
            return Http1Event.NeedMore;
        if (_cache.Matches(input))
        {
            taken += _cache.Length;
            return EndHead(_cache.Head, _cache.BlockLength - 2);
        }

        var start = taken;
        var found = ReadLine(input, out var length);
        taken += length;
        if (found is not null)
            return found;
        found = ReadFields(input[length..], out var block);
        taken += block;
        if (found == Http1Event.Head)
            Remember(input[..(taken - start)], length);
        return found;
    }

    private Http1Event? ReadLine(ReadOnlySpan<byte> input, out int taken)
    {
        taken = 0;
        var result = RequestLine.TryRead(input, limits.MaxRequestLine, out var line, out var error);
        if (result == LineResult.NeedMore)
        {
            _state = State.RequestLine;
            return Http1Event.NeedMore;
        }

        if (error is not null)
            return Fail(error);
        _method = KnownNames.OfMethod(line.Method);
        // A client that asks for one thing again and again gets the same string: 24 octets and two for each of its own.
        var text = _head is { } last && Ascii.Equals(line.Target, last.Target)
            ? last.Target
            : Encoding.ASCII.GetString(line.Target);
        _target = RequestTarget.Read(_method, line.Target, text, out error);
        if (error is not null)
            return Fail(error);
        _minorVersion = line.MinorVersion;
        _facts = default;
        _fields.StartHead();
        _emptyLines = 0;
        _state = State.Fields;
        taken = line.Length;
        return null;
    }

    private Http1Event? ReadFields(ReadOnlySpan<byte> input, out int taken)
    {
        taken = 0;
        if (_fields.Octets == 0 && _cache.MatchesBlock(input))
        {
            taken = _cache.BlockLength;
            _facts = _cache.Head.Facts;
            return Conclude(_cache.Head.Headers, taken - 2);
        }

        while (true)
        {
            var rest = input[taken..];
            if (BodyReader.ReadEmptyLine(rest, out var atEnd, out var fault) is { } found)
                return fault is null ? found : Fail(fault);
            if (atEnd)
            {
                taken += 2;
                return Conclude(_fields.Take(remember: true), _fields.Octets);
            }

            var result = _fields.TryRead(rest, out var line, out var kind, out var value, out var error);
            if (result == LineResult.NeedMore)
                return Http1Event.NeedMore;
            error ??= kind == FieldKind.Other ? null : _facts.Note(kind, line.Value, value);
            if (error is not null)
                return Fail(error);
            taken += line.Length;
        }
    }

    private Http1Event Conclude(HttpHeaders headers, int octets)
    {
        var fault = RequestHead.Fault(_method, _target, _minorVersion, _facts);
        return fault is null
            ? EndHead(new RequestHead(_method, _target, _minorVersion, headers, _facts), octets)
            : Fail(fault);
    }

    private Http1Event EndHead(RequestHead head, int octets)
    {
        _head = head;
        _headOctets = octets;
        _emptyLines = 0;
        _body?.Reset();
        _state = State.BodyStart;
        return Http1Event.Head;
    }

    // From the second head on: a client that closes after one request gains nothing.
    private void Remember(ReadOnlySpan<byte> octets, int lineLength)
    {
        if (_hasReadHead)
            _cache.Remember(octets, lineLength, _head!);
        _hasReadHead = true;
    }

    private Http1Event? StartBody()
    {
        if (_head!.BodyKind == BodyKind.None)
            return EndMessage();
        if (_head.ContentLength > MaxBodySize)
            return Fail(Http1Errors.BodyTooLarge(MaxBodySize.Value));
        _body ??= new BodyReader(limits, _fields);
        _body.Begin(
            _head.BodyKind == BodyKind.Chunked ? BodyFraming.Chunked : BodyFraming.Length, _head.ContentLength ?? 0,
            _headOctets, _head.Headers.Count);
        _state = State.Body;
        return null;
    }

    private Http1Event? ReadBody(ReadOnlySpan<byte> input, out int taken, out ReadOnlySpan<byte> data)
    {
        _body!.MaxSize = MaxBodySize;
        var found = _body.Read(input, out taken, out data);
        if (found == Http1Event.End)
            return EndMessage();
        return found == Http1Event.Error ? Fail(_body.Error) : found;
    }

    private Http1Event EndMessage()
    {
        _state = State.Start;
        return Http1Event.End;
    }

    private Http1Event Fail(ProtocolError error)
    {
        _error = error;
        _state = State.Failed;
        return Http1Event.Error;
    }
}
