namespace Aleph.Actors.Http;

/// <summary>How a client opens one WebSocket. Immutable; change with <c>with</c>.</summary>
public sealed record WebSocketClientOptions
{
    /// <summary>No sub-protocol, no more fields, and the settings of the system.</summary>
    public static WebSocketClientOptions Default { get; } = new();

    /// <summary>The sub-protocols that are offered, the best first. Different tokens. Default none.</summary>
    public IReadOnlyList<string> SubProtocols { get; init; } = [];

    /// <summary>More fields of the request, such as Origin. Default none.</summary>
    public HttpHeaders Headers { get; init; } = HttpHeaders.Empty;

    /// <summary>Default null: those of the system's configuration, <c>aleph.http.websocket</c>.</summary>
    public WebSocketSettings? Settings { get; init; }

    /// <summary>
    /// How the handshake is sent: times, cookies, credentials, proxy. Redirects are followed only where they are asked
    /// for, to http, https, ws and wss urls. Default <see cref="RequestOptions.None"/>.
    /// </summary>
    public RequestOptions Request { get; init; } = RequestOptions.None;

    /// <inheritdoc cref="WebSocketOptions.PooledMessages"/>
    public bool PooledMessages { get; init; }
}
