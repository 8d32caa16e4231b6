using Akka.Event;
using Aleph.Actors.Http.Exchanges;
using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Server;

/// <summary>
/// The writing side of an HTTP/1 connection: puts answers on the wire, as far as there is room. On the turn.
/// </summary>
internal sealed class Http1Sender(IConnection connection, Http1ServerContext context)
{
    /// <summary>Writes the head, and as much of the content as is ready and fits.</summary>
    /// <param name="exchange">Whose answer; it has one.</param>
    /// <param name="keepAlive">Whether the connection may serve on after it.</param>
    public void Begin(Http1Exchange exchange, bool keepAlive)
    {
        var response = Checked(exchange, exchange.Answer!);
        var plan = Plan(exchange, response, keepAlive, out var fault);
        var bytes = ReadOnlyMemory<byte>.Empty;
        if (fault is not null || !TryClaim(response, plan, out bytes, out fault))
        {
            response = Refuse(exchange, response, fault!);
            plan = Plan(exchange, response, keepAlive, out _);
        }

        var progress = exchange.Progress;
        progress.Plan = plan;
        progress.Response = response;
        context.Counters.Answered(response.Status);
        Http1ResponseWriter.WriteHead(
            connection.Output, response.Status, response.ReasonPhrase, response.Headers, plan, exchange.MinorVersion,
            context.Date.At(connection.Now), context.ServerLine);
        BeginContent(exchange, response, plan, bytes);
    }

    /// <summary>Writes as much of the content as is ready and fits.</summary>
    public void Continue(Http1Exchange exchange)
    {
        var progress = exchange.Progress;
        if (progress.State == ResponseState.SendingBytes)
            SendBytes(progress);
        else if (progress.State == ResponseState.SendingFile && !connection.Output.IsAboveHighMark)
            progress.State = ResponseState.Done;
        else if (progress.State == ResponseState.SendingStream && progress.Stream!.CopyTo(connection.Output))
            progress.State = ResponseState.Done;
    }

    private static ResponsePlan Plan(Http1Exchange exchange, HttpResponse response, bool keepAlive, out string? fault)
    {
        var plan = ResponseFraming.Plan(
            exchange.Request.Method, exchange.MinorVersion, keepAlive, response.Status, response.Headers,
                response.Body.Length,
            out var error);
        fault = error?.Summary;
        return plan;
    }

    /// <summary>Takes the body for sending, where it is sent; false when it was used before.</summary>
    private static bool TryClaim(HttpResponse response, in ResponsePlan plan, out ReadOnlyMemory<byte> bytes,
        out string? fault)
    {
        bytes = default;
        fault = null;
        if (!plan.SendBody || response.Upgrade is not null)
            return true;
        try
        {
            if (!response.Body.TryTakeBytes(out bytes))
                response.Body.Claim();
            return true;
        }
        catch (InvalidOperationException used)
        {
            fault = used.Message;
            return false;
        }
    }

    private void BeginContent(Http1Exchange exchange, HttpResponse response, in ResponsePlan plan,
        ReadOnlyMemory<byte> bytes)
    {
        var progress = exchange.Progress;
        if (!plan.SendBody || response.Upgrade is not null)
        {
            response.Body.Discard();
            progress.State = ResponseState.Done;
        }
        else if (response.Body is BytesBody)
        {
            progress.Rest = bytes;
            SendBytes(progress);
        }
        else if (plan.Framing == BodyFraming.Length && connection.SendsFiles
            && response.Body.TakeSlice(connection.Output.HighMark) is { } slice)
        {
            connection.Output.Write(slice);
            progress.State = connection.Output.IsAboveHighMark ? ResponseState.SendingFile : ResponseState.Done;
        }
        else
        {
            progress.State = ResponseState.SendingStream;
            progress.Stream = new BodyPump(
                exchange, response.Body, plan.Framing, plan.ContentLength, response.Trailers);
            ThreadPool.UnsafeQueueUserWorkItem(progress.Stream, preferLocal: false);
        }
    }

    private void SendBytes(ResponseProgress progress)
    {
        while (!progress.Rest.IsEmpty && !connection.Output.IsAboveHighMark)
        {
            var count = Math.Min(progress.Rest.Length, connection.Output.HighMark);
            connection.Output.Write(progress.Rest.Span[..count]);
            progress.Rest = progress.Rest[count..];
        }

        progress.State = progress.Rest.IsEmpty ? ResponseState.Done : ResponseState.SendingBytes;
    }

    private HttpResponse Checked(Http1Exchange exchange, HttpResponse response)
    {
        var isConnect = exchange.Request.Method == HttpMethods.Connect;
        var switches = response.Upgrade is not null && response.Status.Code == 101;
        if (switches && (isConnect || !exchange.MayUpgrade || !Offers(exchange.Request, response.Headers["Upgrade"])))
            return Refuse(exchange, response, "the answer switches protocols, and the request did not offer it");
        var isTunnel = response.Upgrade is not null && !switches;
        if (isConnect ? response.Upgrade is null && response.Status.Code < 300 : isTunnel)
            return Refuse(exchange, response,
                "a tunnel is the one answer that accepts CONNECT, and accepts nothing else");
        if (response.Upgrade is not null && exchange.StreamedBody is not null)
            return Refuse(exchange, response, "the answer switches protocols before the request's content was read");
        if (response.Status < 200 && response.Upgrade is null)
            return Refuse(exchange, response, $"{response.Status} is not a final answer");
        return response;
    }

    private static bool Offers(HttpRequest request, string? protocol) => request.Headers.GetAll("Upgrade")
        .SelectMany(x => x.Split(',', StringSplitOptions.TrimEntries))
        .Contains(protocol, StringComparer.OrdinalIgnoreCase);

    private HttpResponse Refuse(Http1Exchange exchange, HttpResponse response, string why)
    {
        connection.Log.Error(
            "The answer {0} of handler {1} to {2} cannot be sent: {3}. The client gets a 500.",
            response, context.Handler.Name, exchange.Request.LogName, why);
        response.Body.Discard();
        return HttpResponse.Of(HttpStatus.InternalServerError);
    }
}
