using Aleph.Actors.Http.Exchanges;
using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Server;

/// <summary>
/// The reading side of an HTTP/1 connection: feeds the request reader, makes exchanges of its events, and carries
/// content to bodies as fast as they are read. Bytes that cannot be used yet stay with the transport. On the turn.
/// </summary>
internal sealed class Http1Intake(Http1ServerProtocol protocol, IConnection connection, Http1ServerContext context)
{
    private readonly Http1RequestReader _reader = new(context.Limits);
    private Http1Exchange? _bodyOwner;
    private DataRate _bodyRate = new(
        context.Settings.MinRequestBodyDataRate, context.DataRateGrace, context.Time.TimestampFrequency);
    private long _bodyReceived;
    private bool _bodyWanted;
    private bool _bodyHasRoom;
    private bool _receiving;
    private bool _starved = true;
    private bool _headBegun;
    private int _unread;

    public IntakeState State { get; private set; } = IntakeState.Requests;

    /// <summary>Whether a request has begun to come in and its head is not complete.</summary>
    public bool IsInHead => State == IntakeState.Requests && _headBegun;

    /// <summary>Whether the peer sends no more.</summary>
    public bool PeerHasClosed { get; private set; }

    /// <summary>Whether bytes were received that it has not read yet.</summary>
    public bool HasUnread => _unread > 0;

    /// <summary>When the content under way comes too slowly, if nothing comes until then.</summary>
    public long BodyDeadline => State == IntakeState.Body ? _bodyRate.Deadline : long.MaxValue;

    public int Receive(ReadOnlySpan<byte> data)
    {
        _receiving = true;
        _starved = false;
        var consumed = 0;
        while (Step(data, ref consumed))
        {
        }

        _receiving = false;
        _unread = data.Length - consumed;
        _headBegun = _starved && (!_reader.IsIdle || _unread > 0);
        if (_starved && PeerHasClosed)
            InputEnded();
        return consumed;
    }

    /// <summary>The peer sends no more.</summary>
    public void PeerClosed()
    {
        PeerHasClosed = true;
        if (State == IntakeState.Body && _unread == 0)
            ReadRestOfBody();
        if (_starved || (State == IntakeState.Body && _bodyOwner!.StreamedBody!.Length > _bodyReceived + _unread))
            InputEnded();
        else
            Wake();
    }

    /// <summary>Something that reading waited for has happened.</summary>
    public void Wake()
    {
        if (_receiving)
            return;

        // A transport presents nothing where it holds nothing, and yet the reader may have an event left, such as an
        // end.
        if (_unread == 0)
            Receive(default);
        else if (!_starved)
            connection.ResumeReading();
    }

    /// <summary>A handler has begun to read its body.</summary>
    public void BodyWanted(Http1Exchange owner)
    {
        if (owner != _bodyOwner || _bodyWanted)
            return;
        _bodyWanted = true;
        if (owner.AwaitsContinue && owner.Progress.State == ResponseState.Waiting)
            Http1ResponseWriter.WriteInterim(connection.Output, 100);
        owner.AwaitsContinue = false;
        _bodyRate.Reset();
        _bodyRate.Wait(connection.Now);
        Wake();
    }

    /// <summary>A body can take more.</summary>
    public void BodyHasRoom(Http1Exchange owner)
    {
        if (owner != _bodyOwner || _bodyHasRoom)
            return;
        _bodyHasRoom = true;
        _bodyRate.Wait(connection.Now);
        Wake();
    }

    public bool TrySetMaxBodySize(Http1Exchange owner, long? bytes)
    {
        if (owner != _bodyOwner || _bodyWanted)
            return false;
        _reader.MaxBodySize = bytes;
        return true;
    }

    /// <summary>
    /// Whether more of its content is announced than is ever read, so that the connection cannot serve on.
    /// </summary>
    public bool IsTooLong(Http1Exchange owner) =>
        owner == _bodyOwner && owner.StreamedBody!.Length > (_reader.MaxBodySize ?? long.MaxValue);

    /// <summary>
    /// The exchange is over. True when its content was read or will be skipped; false when it would have to be cut off.
    /// </summary>
    public bool Release(Http1Exchange owner)
    {
        if (owner != _bodyOwner)
            return true;
        _bodyOwner = null;
        if (owner.AwaitsContinue)
            return false;
        State = IntakeState.SkippedBody;
        Wake();
        return true;
    }

    /// <summary>The content under way came too slowly.</summary>
    public void BodyTooSlow() => FailBody(ExchangeErrors.BodyTooSlow);

    /// <summary>Reads nothing more.</summary>
    public void Finish() => State = IntakeState.Finished;

    private bool Step(ReadOnlySpan<byte> data, ref int consumed) => State switch
    {
        IntakeState.Requests => protocol.MayReadNext && ReadHead(data, ref consumed),
        IntakeState.Body => _bodyWanted && _bodyHasRoom && ReadBody(data, ref consumed),
        IntakeState.SkippedBody => SkipBody(data, ref consumed),
        _ => false,
    };

    private bool ReadHead(ReadOnlySpan<byte> data, ref int consumed)
    {
        var happened = _reader.Read(data[consumed..], out var count, out _);
        consumed += count;
        switch (happened)
        {
            case Http1Event.Head:
                OnHead(data, ref consumed);
                return true;
            case Http1Event.Error:
                Reject(_reader.Error);
                return false;
            default:
                _starved = true;
                return false;
        }
    }

    private void OnHead(ReadOnlySpan<byte> data, ref int consumed)
    {
        var head = _reader.Head;
        _reader.MaxBodySize = context.Settings.MaxBodySize;
        if (head.HasUnknownExpectation)
        {
            Reject(ExchangeErrors.UnknownExpectation);
            return;
        }

        var early = ReadOnlyMemory<byte>.Empty;
        HttpBody? body = head.BodyKind == BodyKind.None
            ? EndOfEmptyBody()
            : ReadWholeBody(head, data, ref consumed, out early);
        if (State == IntakeState.Finished)
            return;
        var exchange = new Http1Exchange(protocol, connection)
        {
            MinorVersion = head.MinorVersion,
            KeepAlive = head.KeepAlive,
            AwaitsContinue = head.ExpectsContinue && body is null,
            MayUpgrade = head.UpgradeProtocols is not null || head.IsConnect,
        };
        if (body is null)
            body = BeginBody(exchange, head, early);
        exchange.Request = new HttpRequest(
            head.Method, head.Target, head.Path, head.Query, head.Host,
            head.MinorVersion == 0 ? System.Net.HttpVersion.Version10 : System.Net.HttpVersion.Version11,
            head.Headers, body, exchange);
        protocol.Accept(exchange);
    }

    private HttpBody EndOfEmptyBody()
    {
        _reader.Read(default, out _, out _);
        return HttpBody.Empty;
    }

    /// <summary>The content, if all of it is here; else null and what of it was read already.</summary>
    private BytesBody? ReadWholeBody(
        RequestHead head, ReadOnlySpan<byte> data, ref int consumed, out ReadOnlyMemory<byte> early)
    {
        early = default;
        var here = data.Length - consumed;
        var limit = context.Settings.MaxBodySize ?? long.MaxValue;
        if (here == 0 || here > limit || (head.BodyKind == BodyKind.Length && head.ContentLength > here))
            return null;
        var content = new System.Buffers.ArrayBufferWriter<byte>(here);
        while (true)
        {
            var happened = _reader.Read(data[consumed..], out var count, out var bytes);
            consumed += count;
            switch (happened)
            {
                case Http1Event.Data:
                    System.Buffers.BuffersExtensions.Write(content, bytes);
                    break;
                case Http1Event.End:
                    return new BytesBody(content.WrittenMemory, once: true, _reader.Trailers);
                case Http1Event.Error:
                    Reject(_reader.Error);
                    return null;
                default:
                    early = content.WrittenMemory;
                    return null;
            }
        }
    }

    private StreamedRequestBody BeginBody(Http1Exchange owner, RequestHead head, ReadOnlyMemory<byte> early)
    {
        var body = new StreamedRequestBody(
            owner, head.ContentLength, context.Buffered);
        owner.StreamedBody = body;
        _bodyOwner = owner;
        _bodyReceived = early.Length;
        _bodyWanted = false;
        _bodyHasRoom = early.IsEmpty || body.Write(early.Span);
        State = IntakeState.Body;
        return body;
    }

    private bool ReadBody(ReadOnlySpan<byte> data, ref int consumed)
    {
        var body = _bodyOwner!.StreamedBody!;
        var happened = _reader.Read(data[consumed..], out var count, out var bytes);
        consumed += count;
        switch (happened)
        {
            case Http1Event.Data:
                _bodyReceived += bytes.Length;
                _bodyRate.Add(bytes.Length);
                _bodyHasRoom = body.Write(bytes);
                if (!_bodyHasRoom)
                    _bodyRate.Rest(connection.Now);
                return true;
            case Http1Event.End:
                _bodyOwner = null;
                State = IntakeState.Requests;
                body.End(_reader.Trailers);
                return true;
            case Http1Event.Error:
                FailBody(_reader.Error);
                return false;
            default:
                _starved = true;
                return false;
        }
    }

    private bool SkipBody(ReadOnlySpan<byte> data, ref int consumed)
    {
        var happened = _reader.Read(data[consumed..], out var count, out _);
        consumed += count;
        switch (happened)
        {
            case Http1Event.Data:
                return true;
            case Http1Event.End:
                State = IntakeState.Requests;
                protocol.BodySkipped();
                return true;
            case Http1Event.Error:
                protocol.SkippingFailed();
                return false;
            default:
                _starved = true;
                return false;
        }
    }

    private void Reject(ProtocolError error)
    {
        State = IntakeState.Finished;
        protocol.Reject(error);
    }

    /// <summary>The reader of the body learns what is wrong, and its handler answers; nothing more is read.</summary>
    private void FailBody(ProtocolError error)
    {
        var owner = _bodyOwner!;
        _bodyOwner = null;
        State = IntakeState.Finished;
        owner.StreamedBody!.Fail(error);
        protocol.InputBroken();
    }

    private void InputEnded()
    {
        var (state, isInHead) = (State, IsInHead);
        State = IntakeState.Finished;
        if (state == IntakeState.Body)
            protocol.PeerLeft("the request's content was not complete");
        else if (isInHead && _reader.ReadEnd() is { } unfinished)
            protocol.Reject(unfinished);
        else
            protocol.InputEnded();
    }

    // All bytes were read; the reader may have the content's end left, or will never have it.
    private void ReadRestOfBody()
    {
        var none = 0;
        ReadBody(default, ref none);
    }
}
