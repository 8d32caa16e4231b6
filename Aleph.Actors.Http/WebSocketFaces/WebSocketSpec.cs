using Aleph.Actors.Http.WebSockets;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>What a driver needs to know: the outcome of the handshake, and the settings.</summary>
internal sealed record WebSocketSpec(WebSocketRole Role, WebSocketSettings Settings, WebSocketInfo Info)
{
    /// <summary>What was agreed on; null for no compression.</summary>
    public DeflateParameters? Deflate { get; init; }

    /// <summary>The counters of the server; null at a client.</summary>
    public WebSocketCounters? Counters { get; init; }
}
