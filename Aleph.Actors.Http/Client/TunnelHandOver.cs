using Aleph.Actors.Http.Client.Failures;
using Aleph.Actors.Http.Http1;
using Aleph.Actors.Tcp.Client;

namespace Aleph.Actors.Http.Client;

/// <summary>
/// A connection that an answer made something else (101, or 2xx to CONNECT) goes to whoever asked: with a protocol of
/// his, or as a <see cref="DuplexConnection"/>. Bytes that the server sent already are the successor's first.
/// </summary>
internal static class TunnelHandOver
{
    /// <summary>Why the connection cannot become what the answer says; null where it can.</summary>
    /// <param name="head">Of the answer.</param>
    /// <param name="exchange">Who asked.</param>
    /// <param name="answer">Makes the response.</param>
    /// <param name="webSocket">The protocol of the WebSocket that was asked for; null where none was.</param>
    public static HttpClientException? Refusal(
        ResponseHead head, ClientExchange exchange, AnswerReceiver answer, out IConnectionProtocol? webSocket)
    {
        webSocket = null;
        if (head.Status == 101 && !exchange.Offers(head.Upgrade))
            return ClientErrors.Protocol(Http1Errors.UnexpectedUpgrade());
        webSocket = WebSocketOf(head, exchange, answer, out var refusal);
        return refusal;
    }

    private static IConnectionProtocol? WebSocketOf(
        ResponseHead head, ClientExchange exchange, AnswerReceiver answer, out HttpClientException? refusal)
    {
        refusal = null;
        if (head.Status != 101 || exchange.Request.Options.WebSocket is not { } takeover)
            return null;
        var protocol = takeover.Accept(head.Headers, socket => answer.Opened(socket, exchange), out var fault);
        if (protocol is null)
            refusal = new WebSocketHandshakeException(fault!, head.Headers);
        return protocol;
    }

    /// <summary>On the connection's turn; the protocol that calls this does nothing more.</summary>
    public static void Begin(IConnection connection, ClientExchange exchange, AnswerReceiver answer)
    {
        if (exchange.Request.Options.SwitchTo is { } switchTo)
        {
            Switch(connection, exchange, answer.Tunnel(null), switchTo);
            return;
        }

        var held = new HeldConnection();
        connection.ReplaceProtocol(new DuplexProtocol(held.RunAsync));

        // Its outcome is the exchange's.
        _ = HandOverAsync(held, exchange, answer);
    }

    private static void Switch(
        IConnection connection, ClientExchange exchange, HttpResponse response,
        Func<HttpResponse, IConnectionProtocol> switchTo)
    {
        IConnectionProtocol next;
        try
        {
            using (Connections.UserCode.Enter())
                next = switchTo(response) ?? throw new InvalidOperationException("SwitchTo answered null.");
        }
        catch (Exception fault)
        {
            exchange.TryFail(fault);
            connection.Abort(new ConnectionEnd(
                ConnectionEndReason.AbortedByApplication, "the protocol to switch to could not be made")
            { Cause = fault });
            return;
        }

        if (exchange.TryAnswer(response))
            connection.ReplaceProtocol(next);
        else
            connection.Abort(new ConnectionEnd(ConnectionEndReason.AbortedByApplication, "the request was cancelled"));
    }

    private static async Task HandOverAsync(HeldConnection held, ClientExchange exchange, AnswerReceiver answer)
    {
        var tunnel = await held.Connection.ConfigureAwait(false);
        if (!exchange.TryAnswer(answer.Tunnel(tunnel)))
            await tunnel.DisposeAsync().ConfigureAwait(false);
    }
}
