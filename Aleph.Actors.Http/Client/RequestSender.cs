using System.Text;
using Aleph.Actors.Http.Exchanges;
using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Client;

/// <summary>
/// The writing side of an HTTP/1 client connection: puts one request after the other on the wire, as far as there is
/// room. On the turn.
/// </summary>
internal sealed class RequestSender(IConnection connection, ClientContext context)
{
    private ClientExchange? _exchange;
    private ReadOnlyMemory<byte> _rest;
    private BodyPump? _pump;

    /// <summary>Whether the request waits for 100 Continue before its body is sent (RFC 9110 10.1.1).</summary>
    public bool AwaitsContinue { get; private set; }

    /// <summary>Whether all of the request was written.</summary>
    public bool IsDone { get; private set; } = true;

    /// <summary>Whether the request was broken off, so that nothing may follow it on this connection.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Why the body ended early; null where it did not.</summary>
    public Exception? Failure => _pump?.Failure;

    /// <summary>Writes the head, and as much of the content as is ready and fits.</summary>
    public void Begin(ClientExchange exchange)
    {
        var plan = exchange.Plan;
        WriteHead(connection.Output, exchange.Request, plan);
        if (exchange.Request.Options.SaveRequest == true)
            exchange.SentHead = HeadOf(exchange);
        _exchange = exchange;
        _pump = null;
        IsDone = false;
        AwaitsContinue = plan.ExpectsContinue && plan.HasContent;
        if (!AwaitsContinue)
            BeginContent();
    }

    /// <summary>The server wants the body, or has taken too long to say so.</summary>
    public void GoOn()
    {
        if (!AwaitsContinue)
            return;
        AwaitsContinue = false;
        BeginContent();
    }

    /// <summary>Writes as much of the content as is ready and fits.</summary>
    public void Continue()
    {
        if (IsDone || AwaitsContinue)
            return;
        if (_pump is null)
            SendBytes();
        else if (_pump.CopyTo(connection.Output) && _pump.Failure is null)
            Finish();
    }

    /// <summary>Sends nothing more of the request.</summary>
    public void Stop()
    {
        if (IsDone)
            return;
        if (_pump is { HasMovedAll: true })
        {
            // The answer was faster than the end of the body's maker, which may come by itself.
            _exchange?.AbortBodySoon();
            Finish();
            return;
        }

        _pump?.Stop();
        _exchange?.AbortBody();
        IsBroken = true;
        AwaitsContinue = false;
        Finish();
    }

    private void WriteHead(OutputBuffer output, HttpRequest request, in RequestPlan plan) =>
        Http1RequestWriter.WriteHead(
        output, request.Method, context.Forwards ? context.TargetPrefix + request.Target : request.Target,
        context.Forwards ? WithProxyFields(request.Headers) : request.Headers, plan, context.HostLine,
            context.AgentLine);

    private string HeadOf(ClientExchange exchange)
    {
        var copy = new OutputBuffer();
        WriteHead(copy, exchange.Request, exchange.Plan);
        var head = Encoding.Latin1.GetString(copy.Peek(int.MaxValue).Span);
        copy.Clear();
        return head;
    }

    private HttpHeaders WithProxyFields(HttpHeaders headers) =>
        context.ProxyFields.Count == 0 ? headers : HttpHeaders.FromOwned([.. headers, .. context.ProxyFields]);

    private void BeginContent()
    {
        if (_exchange!.Stream is { } stream && _exchange.Plan.Framing != BodyFraming.None)
        {
            if (!_exchange.TryBeginStream())
            {
                Stop();
                return;
            }

            _pump = new BodyPump(_exchange, stream, _exchange.Plan.Framing, _exchange.Plan.ContentLength, null);
            ThreadPool.UnsafeQueueUserWorkItem(_pump, preferLocal: false);
            return;
        }

        _rest = _exchange.Bytes;
        if (_exchange.Plan.Framing == BodyFraming.Chunked)
        {
            Http1ResponseWriter.WriteChunk(connection.Output, _rest.Span);
            Http1ResponseWriter.WriteLastChunk(connection.Output, HttpHeaders.Empty);
            _rest = default;
        }

        SendBytes();
    }

    private void SendBytes()
    {
        while (!_rest.IsEmpty && !connection.Output.IsAboveHighMark)
        {
            var count = Math.Min(_rest.Length, connection.Output.HighMark);
            connection.Output.Write(_rest.Span[..count]);
            _rest = _rest[count..];
        }

        if (_rest.IsEmpty)
            Finish();
    }

    private void Finish()
    {
        IsDone = true;
        _rest = default;
        _exchange = null;
        _pump = null;
    }
}
