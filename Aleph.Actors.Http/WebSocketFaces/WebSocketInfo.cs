using System.Net;

namespace Aleph.Actors.Http;

/// <summary>What the handshake of a WebSocket came to. Immutable, safe to keep.</summary>
/// <param name="Headers">The peer's fields: of the request at a server, of the answer at a client.</param>
/// <param name="SubProtocol">The sub-protocol that was agreed on; null for none.</param>
/// <param name="Extensions">The value of Sec-WebSocket-Extensions that was agreed on; empty for none.</param>
public sealed record WebSocketInfo(HttpHeaders Headers, string? SubProtocol, string Extensions)
{
    /// <summary>The request at a server; null at a client.</summary>
    public HttpRequest? Request { get; init; }

    /// <summary>The connection's id, unique within its server or client.</summary>
    public long ConnectionId { get; init; }

    /// <summary>This side's address, or null.</summary>
    public EndPoint? LocalEndPoint { get; init; }

    /// <summary>The peer's address, or null.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>Whether messages may be compressed.</summary>
    public bool IsCompressed => Extensions.Length > 0;
}
