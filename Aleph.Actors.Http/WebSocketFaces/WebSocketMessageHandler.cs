namespace Aleph.Actors.Http;

/// <summary>
/// Handles one message of a WebSocket after the other; the next comes once the answer has ended, and until then the
/// peer is held back. Runs on the connection's turn up to its first wait, so it must not block; what it sends there
/// takes no detour. When it fails, the WebSocket is closed with 1011.
/// </summary>
/// <param name="socket">Sends and closes; it cannot be read.</param>
/// <param name="message">In memory; may be kept, unless <see cref="WebSocketOptions.PooledMessages"/>.</param>
public delegate ValueTask WebSocketMessageHandler(WebSocketConnection socket, WebSocketMessage message);
