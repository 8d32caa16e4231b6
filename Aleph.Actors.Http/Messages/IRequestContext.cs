using System.Net;

namespace Aleph.Actors.Http;

/// <summary>
/// Where a received request came from and how it fares; what <see cref="HttpRequest"/> asks for lazily.
/// </summary>
internal interface IRequestContext
{
    string Scheme { get; }

    EndPoint? LocalEndPoint { get; }

    EndPoint? RemoteEndPoint { get; }

    TlsSession? TlsSession { get; }

    long ConnectionId { get; }

    DateTimeOffset ArrivedAt { get; }

    CancellationToken Aborted { get; }

    WebSocketSettings WebSocketSettings { get; }

    /// <summary>Disposes something, on the thread pool, when the exchange is over; at once if it is.</summary>
    void DisposeAtEnd(IDisposable thing);

    /// <summary>Changes the limit of the body's length; false once reading it has begun.</summary>
    bool TrySetMaxBodySize(long? bytes);
}
