namespace Aleph.Actors.Http;

/// <summary>What a <see cref="ReconnectingWebSocket"/> tells when it is open, the first time and again.</summary>
/// <param name="Socket">The WebSocket that is open now, for what has to be said first.</param>
/// <param name="Lost">How the one before was closed; null the first time.</param>
/// <param name="Unsent">
/// The messages that the one before could not send; each has failed at its sender, too. What was sent may nevertheless
/// not have arrived: only an answer of the peer proves that.
/// </param>
/// <param name="Away">How long there was none, since the one before ended; 0 the first time.</param>
public sealed record WebSocketResumed(
    WebSocketConnection Socket, WebSocketClose? Lost, IReadOnlyList<WebSocketMessage> Unsent, TimeSpan Away)
{
    /// <summary>Whether there was one before.</summary>
    public bool IsAgain => Lost is not null;
}
