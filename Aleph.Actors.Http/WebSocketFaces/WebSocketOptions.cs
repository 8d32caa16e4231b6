namespace Aleph.Actors.Http;

/// <summary>What a server says to one WebSocket handshake. Immutable; change with <c>with</c>.</summary>
public sealed record WebSocketOptions
{
    /// <summary>Accepts any sub-protocol but answers none, adds nothing, checks no origin.</summary>
    public static WebSocketOptions Default { get; } = new();

    /// <summary>
    /// The sub-protocols that the server speaks: the first that the client offered and that is here is chosen (RFC 6455
    /// 4.2.2). Default none.
    /// </summary>
    public IReadOnlyList<string> SubProtocols { get; init; } = [];

    /// <summary>More fields of the answer. Default none.</summary>
    public HttpHeaders Headers { get; init; } = HttpHeaders.Empty;

    /// <summary>
    /// Whether the request's origin is welcome; where not, the answer is 403. Default null: any. Browsers let any page
    /// open a WebSocket with the user's cookies; <see cref="WebSocketOrigin.IsSame"/> keeps other pages out.
    /// </summary>
    public Func<HttpRequest, bool>? AllowOrigin { get; init; }

    /// <summary>Default null: those of the server.</summary>
    public WebSocketSettings? Settings { get; init; }

    /// <summary>
    /// Whether the octets of a message that goes to a function are pooled memory, valid only until the function's task
    /// has ended: large messages make no garbage then. For functions that keep no message, and await what they send of
    /// it. Default false: a message may be kept.
    /// </summary>
    public bool PooledMessages { get; init; }
}
