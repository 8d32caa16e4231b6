using System.Buffers;
using System.Net;
using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Client;

/// <summary>How far the answer of the exchange under way has come.</summary>
internal enum AnswerState
{
    /// <summary>There is no exchange, or nothing but interim answers.</summary>
    Awaited,

    /// <summary>The head is there; the body may be complete before anybody needs to know.</summary>
    Held,

    /// <summary>The response was delivered; its body streams.</summary>
    Streaming,

    /// <summary>The user has given the body up; its rest is thrown away.</summary>
    Skipped,
}

/// <summary>An answer that is complete: the response where none was delivered, or the body that streams.</summary>
internal readonly record struct CompleteAnswer(HttpResponse? Response, ResponseBody? Body, HttpHeaders Trailers)
{
    public void TellTo(ClientExchange exchange)
    {
        Body?.End(Trailers);
        if (Response is not null)
            exchange.TryAnswer(Response);
    }
}

/// <summary>
/// The reading side of a client connection: makes responses. One whose body is complete with what came at once has it
/// in memory; any other is delivered with a body that streams. On the turn.
/// </summary>
internal sealed class AnswerReceiver(IConnection connection, ClientContext context)
{
    // What a body in memory may cost before it is streamed instead.
    private const int GatherLimit = 64 * 1024;

    private ClientExchange _exchange = null!;
    private ResponseHead _head = null!;
    private BodyFraming _framing;
    private ArrayBufferWriter<byte>? _gathered;
    private ReadOnlyMemory<byte> _whole;
    private ResponseBody? _body;
    private long _skipped;

    public AnswerState State { get; private set; }

    /// <summary>Whether the user has enough for now.</summary>
    public bool IsPaused { get; private set; }

    public void Begin(ClientExchange exchange)
    {
        _exchange = exchange;
        State = AnswerState.Awaited;
        IsPaused = false;
    }

    public void Head(ResponseHead head, BodyFraming framing)
    {
        (_head, _framing) = (head, framing);
        (_gathered, _whole, _skipped) = (null, default, 0);
        State = AnswerState.Held;
    }

    /// <summary>Takes octets of the body. False when they are more than may be thrown away.</summary>
    public bool Data(ReadOnlySpan<byte> octets)
    {
        switch (State)
        {
            case AnswerState.Held:
                Gather(octets);
                return true;
            case AnswerState.Streaming:
                IsPaused = !_body!.Write(octets);
                return true;
            default:
                _skipped += octets.Length;
                return _skipped <= context.Settings.DrainSize;
        }
    }

    /// <summary>No more of the body came for now: the user need not wait for it. False when nobody waits.</summary>
    public bool Deliver()
    {
        if (State != AnswerState.Held)
            return true;
        State = AnswerState.Streaming;
        _body = new ResponseBody(_exchange, _framing == BodyFraming.Length ? _head.ContentLength : null);
        if (!_whole.IsEmpty)
            IsPaused = !_body.Write(_whole.Span);
        if (_gathered is { WrittenCount: > 0 })
            IsPaused = !_body.Write(_gathered.WrittenSpan);
        (_gathered, _whole) = (null, default);
        return _exchange.TryAnswer(Response(_body));
    }

    /// <summary>The answer is complete, and its exchange has yet to be told.</summary>
    public CompleteAnswer End(HttpHeaders trailers)
    {
        _exchange.Timings.LastByte = context.Time.GetElapsedTime(_exchange.CreatedAt, connection.Now);
        HttpResponse? response = null;
        if (State == AnswerState.Held)
        {
            var bytes = _gathered?.WrittenMemory ?? _whole;
            response = Response(
                bytes.IsEmpty && trailers.Count == 0 ? HttpBody.Empty : new BytesBody(bytes, once: true, trailers));
        }

        var answer = new CompleteAnswer(response, _body, trailers);
        Forget();
        return answer;
    }

    /// <summary>The answer will not be complete.</summary>
    public void Fail(Exception cause)
    {
        _body?.Fail(cause);
        Forget();
    }

    /// <summary>There is room again.</summary>
    public void Resume() => IsPaused = false;

    /// <summary>The user has given the body up.</summary>
    public void Skip()
    {
        State = AnswerState.Skipped;
        IsPaused = false;
    }

    /// <summary>The response that takes the connection along, unless another protocol runs on it.</summary>
    public HttpResponse Tunnel(DuplexConnection? tunnel) =>
        HttpResponse.Received(_head.Status, _head.Reason, _head.Headers, HttpBody.Empty,
            Info() with { Tunnel = tunnel });

    /// <summary>The connection has become a WebSocket: answers with it.</summary>
    public void Opened(WebSocketConnection socket, ClientExchange exchange)
    {
        var response = HttpResponse.Received(
            _head.Status, _head.Reason, _head.Headers, HttpBody.Empty, Info() with { WebSocket = socket });
        if (!exchange.TryAnswer(response))
            socket.Abort();
    }

    // An idle connection keeps nothing of what went over it.
    private void Forget()
    {
        State = AnswerState.Awaited;
        (_exchange, _head, _body, _gathered, _whole) = (null!, null!, null, null, default);
    }

    private void Gather(ReadOnlySpan<byte> octets)
    {
        if (_framing == BodyFraming.Length && octets.Length == _head.ContentLength && octets.Length <= GatherLimit)
        {
            _whole = octets.ToArray();
            return;
        }

        _gathered ??= new ArrayBufferWriter<byte>();
        if (_gathered.WrittenCount + octets.Length <= GatherLimit && _framing != BodyFraming.Close)
        {
            _gathered.Write(octets);
            return;
        }

        Deliver();
        Data(octets);
    }

    private HttpResponse Response(HttpBody body) =>
        HttpResponse.Received(_head.Status, _head.Reason, _head.Headers, body, Info());

    private ResponseInfo Info() =>
        new(_exchange.Request, _head.MinorVersion == 0 ? HttpVersion.Version10 : HttpVersion.Version11)
        {
            IsDelimitedByClose = _framing == BodyFraming.Close,
            Connection = connection.Info,
            Timings = _exchange.Timings,
            Sent = _exchange.SentHead is { } head ? new SentRequest(head, _exchange.Bytes) : null,
        };
}
