namespace Aleph.Actors.Http;

/// <summary>A server did not open a WebSocket: it refused, or its 101 was wrong.</summary>
public sealed class WebSocketHandshakeException : HttpClientException
{
    internal WebSocketHandshakeException(HttpStatusException refusal)
        : base(HttpClientFailure.Status, $"The server refused to open a WebSocket: {refusal.Status}.", refusal) =>
        (Status, Headers, Body) = (refusal.Status, refusal.Headers, refusal.Body);

    internal WebSocketHandshakeException(string fault, HttpHeaders headers)
        : base(HttpClientFailure.Protocol, fault) =>
        (Status, Headers) = (HttpStatus.SwitchingProtocols, headers);

    /// <summary>The status of the answer; 101 where the answer was wrong.</summary>
    public HttpStatus Status { get; }

    /// <summary>The field lines of the answer.</summary>
    public HttpHeaders Headers { get; }

    /// <summary>The body of the answer, at most its first 64 KiB.</summary>
    public ReadOnlyMemory<byte> Body { get; }
}
