using System.Diagnostics;
using System.Net;
using Aleph.Actors.Http.WebSocketFaces;

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

    /// <summary>By what logs name the request. Any thread.</summary>
    string RequestId { get; set; }

    /// <summary>The template of the route that the path fits; null until one is found.</summary>
    string? Route { get; set; }

    /// <summary>Where the trace stands that the request belongs to; the default where it belongs to none.</summary>
    ActivityContext TraceContext { get; }

    /// <summary>Disposes something, on the thread pool, when the exchange is over; at once if it is.</summary>
    void DisposeAtEnd(IDisposable thing);

    WebSocketSettings WebSocketSettings { get; }

    /// <summary>What the server's WebSockets count; null where no server received the request.</summary>
    WebSocketCounters? WebSocketCounters { get; }

    /// <summary>Changes the limit of the body's length; false once reading it has begun.</summary>
    bool TrySetMaxBodySize(long? bytes);
}
