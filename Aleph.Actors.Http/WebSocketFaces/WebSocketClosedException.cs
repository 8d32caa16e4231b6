namespace Aleph.Actors.Http;

/// <summary>Something was asked of a WebSocket that is closed, or that closed before it was done.</summary>
public sealed class WebSocketClosedException : IOException
{
    internal WebSocketClosedException(WebSocketClose close)
        : base($"The WebSocket is closed: {close}.") => Close = close;

    /// <summary>How it was closed; see <see cref="WebSocketConnection.Closed"/>.</summary>
    public WebSocketClose Close { get; }
}
