using System.Diagnostics;
using System.Net;
using Aleph.Actors.Http.WebSocketFaces;

namespace Aleph.Actors.Http.Middleware;

/// <summary>What a middleware knows better than the connection; all else is asked there.</summary>
internal class DerivedContext(IRequestContext? inner) : IRequestContext
{
    public virtual string Scheme => inner?.Scheme ?? "http";

    public EndPoint? LocalEndPoint => inner?.LocalEndPoint;

    public virtual EndPoint? RemoteEndPoint => inner?.RemoteEndPoint;

    public TlsSession? TlsSession => inner?.TlsSession;

    public long ConnectionId => inner?.ConnectionId ?? 0;

    public DateTimeOffset ArrivedAt => inner?.ArrivedAt ?? default;

    public virtual CancellationToken Aborted => inner?.Aborted ?? CancellationToken.None;

    public string RequestId
    {
        get => inner?.RequestId ?? "";
        set => inner?.RequestId = value;
    }

    public string? Route
    {
        get => inner?.Route;
        set => inner?.Route = value;
    }

    public WebSocketSettings WebSocketSettings => inner?.WebSocketSettings ?? WebSocketSettings.Default;

    public WebSocketCounters? WebSocketCounters => inner?.WebSocketCounters;

    public ActivityContext TraceContext => inner?.TraceContext ?? default;

    public void DisposeAtEnd(IDisposable thing) => inner?.DisposeAtEnd(thing);

    public bool TrySetMaxBodySize(long? bytes) => inner?.TrySetMaxBodySize(bytes) ?? true;
}
