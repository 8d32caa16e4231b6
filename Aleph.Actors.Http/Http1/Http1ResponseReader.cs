namespace Aleph.Actors.Http.Http1;

/// <summary>
/// The machine that reads the answers of one client connection (RFC 9112), owned by the connection's driver, which
/// says before each answer which request it belongs to. As <see cref="Http1RequestReader"/>: octets go in, one event
/// comes out a call, and after an error nothing more is read. An interim answer is a Head without an End.
/// </summary>
internal sealed class Http1ResponseReader(Http1Limits limits)
{
    private readonly FieldSection _fields = new(limits);
    private readonly HeadCache<ResponseHead> _cache = new();
    private State _state = State.Idle;
    private BodyReader? _body;
    private StatusLine _line;
    private FieldFacts _facts;
    private ResponseHead? _head;
    private ProtocolError? _error;
    private string _method = HttpMethods.Get;
    private int _headOctets;
    private int _interim;
    private bool _hasReadHead;

    private enum State
    {
        Idle,
        Start,
        Line,
        Fields,
        Body,
        End,
        Tunnel,
        Failed,
    }

    /// <summary>The last head; valid from its event to the next one.</summary>
    public ResponseHead Head => _head ?? throw new InvalidOperationException("No head was read yet.");

    /// <summary>The trailer fields; valid from End to the next head.</summary>
    public HttpHeaders Trailers => _body?.Trailers ?? HttpHeaders.Empty;

    /// <summary>What was wrong; valid after Error.</summary>
    public ProtocolError Error => _error ?? throw new InvalidOperationException("No error was found.");

    /// <summary>The largest body, in octets of content; null: any. Set before the body begins.</summary>
    public long? MaxBodySize { get; set; }

    /// <summary>How much of a head it takes.</summary>
    public Http1Limits Limits => limits;

    /// <summary>Whether nothing of the expected answer was seen yet.</summary>
    public bool IsUntouched => _state is State.Idle or State.Start;

    /// <summary>Whether the connection is something else after the last head.</summary>
    public bool IsTunnel => _state == State.Tunnel;

    /// <summary>How many octets of the body are to come; null where only the peer knows.</summary>
    public long? BodyLeft => _state == State.Body ? _body!.Left : 0;

    /// <summary>How the last head's body ends.</summary>
    public BodyFraming Framing { get; private set; }

    /// <summary>A request of this method was sent: its answer may come.</summary>
    public void Expect(string method)
    {
        if (_state != State.Idle)
            throw new InvalidOperationException($"An answer is expected already (state {_state}).");
        _method = method;
        _interim = 0;
        _state = State.Start;
    }

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
                State.Idle => ReadIdle(rest),
                State.Start or State.Line => ReadStart(rest, out taken),
                State.Fields => ReadFields(rest, out taken),
                State.Body => ReadBody(rest, out taken, out data),
                State.End => EndMessage(),
                State.Tunnel => Http1Event.NeedMore,
                _ => Http1Event.Error,
            };
            consumed += taken;
        }

        return found.Value;
    }

    /// <summary>
    /// The peer will send no more: End where that is the end of a body, NeedMore between messages, else Error.
    /// </summary>
    public Http1Event ReadEnd()
    {
        switch (_state)
        {
            case State.Body when _body!.MayEnd:
                return EndMessage();
            case State.End:
                return EndMessage();
            case State.Idle or State.Start or State.Tunnel:
                return Http1Event.NeedMore;
            case State.Failed:
                return Http1Event.Error;
            default:
                return Fail(Http1Errors.UnexpectedEnd(_state == State.Body ? "a body" : "a head"));
        }
    }

    private Http1Event ReadIdle(ReadOnlySpan<byte> input) =>
        input.Length == 0 ? Http1Event.NeedMore : Fail(Http1Errors.UnexpectedResponse(input));

    private Http1Event? ReadStart(ReadOnlySpan<byte> input, out int taken)
    {
        taken = 0;
        if (input.Length == 0)
            return Http1Event.NeedMore;
        if (_cache.Matches(input))
        {
            taken = _cache.Length;
            return EndHead(_cache.Head, _cache.BlockLength - 2);
        }

        var result = StatusLine.TryRead(input, limits.MaxRequestLine, out _line, out var error);
        if (result == LineResult.NeedMore)
        {
            _state = State.Line;
            return Http1Event.NeedMore;
        }

        if (error is not null)
            return Fail(error);
        _facts = default;
        _fields.StartHead();
        _state = State.Fields;
        taken = _line.Length;
        var found = ReadFields(input[taken..], out var block);
        taken += block;
        if (found == Http1Event.Head)
            Remember(input[..taken]);
        return found;
    }

    private Http1Event? ReadFields(ReadOnlySpan<byte> input, out int taken)
    {
        taken = 0;
        while (true)
        {
            var rest = input[taken..];
            if (BodyReader.ReadEmptyLine(rest, out var atEnd, out var fault) is { } found)
                return fault is null ? found : Fail(fault);
            if (atEnd)
            {
                taken += 2;
                return Conclude();
            }

            var result = _fields.TryRead(rest, out var line, out var kind, out var value, out var error);
            if (result == LineResult.NeedMore)
                return Http1Event.NeedMore;

            // Host and Expect mean nothing in an answer.
            error ??= kind is FieldKind.Other or FieldKind.Host or FieldKind.Expect
                ? null
                : _facts.Note(kind, line.Value, value);
            if (error is not null)
                return Fail(error);
            taken += line.Length;
        }
    }

    private Http1Event Conclude()
    {
        var octets = _fields.Octets;
        var head = new ResponseHead(
            _line.Code, _line.Reason, _line.MinorVersion, _fields.Take(remember: true), _facts);
        return head.Fault() is { } fault ? Fail(fault) : EndHead(head, octets);
    }

    private Http1Event EndHead(ResponseHead head, int octets)
    {
        _head = head;
        _headOctets = octets;
        _body?.Reset();
        if (head.IsInterim)
        {
            _state = State.Start;
            return ++_interim > limits.MaxInterim ? Fail(Http1Errors.TooManyInterim(limits.MaxInterim))
                : Http1Event.Head;
        }

        Framing = head.Framing(_method);
        if (head.IsTunnel(_method))
            _state = State.Tunnel;
        else if (Framing == BodyFraming.None)
            _state = State.End;
        else
            BeginBody(head);
        return Http1Event.Head;
    }

    private void BeginBody(ResponseHead head)
    {
        _body ??= new BodyReader(limits, _fields);
        _body.Begin(Framing, head.ContentLength, _headOctets, head.Headers.Count);
        _state = State.Body;
    }

    // From the second head on: a connection with one answer gains nothing.
    private void Remember(ReadOnlySpan<byte> octets)
    {
        if (_hasReadHead && !_head!.IsInterim)
            _cache.Remember(octets, _line.Length, _head!);
        _hasReadHead = true;
    }

    private Http1Event? ReadBody(ReadOnlySpan<byte> input, out int taken, out ReadOnlySpan<byte> data)
    {
        if (Framing == BodyFraming.Length && _head!.ContentLength > MaxBodySize)
        {
            taken = 0;
            data = default;
            return Fail(Http1Errors.BodyTooLarge(MaxBodySize.Value));
        }

        _body!.MaxSize = MaxBodySize;
        var found = _body.Read(input, out taken, out data);
        if (found == Http1Event.End)
            return EndMessage();
        return found == Http1Event.Error ? Fail(_body.Error) : found;
    }

    private Http1Event EndMessage()
    {
        _state = State.Idle;
        return Http1Event.End;
    }

    // The same faults make a client's 400 and a server's 502.
    private Http1Event Fail(ProtocolError error)
    {
        _error = error with { Status = Http1Errors.BadGateway };
        _state = State.Failed;
        return Http1Event.Error;
    }
}
