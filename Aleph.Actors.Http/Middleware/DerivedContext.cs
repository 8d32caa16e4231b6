using System.Net;

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

    public WebSocketSettings WebSocketSettings => inner?.WebSocketSettings ?? WebSocketSettings.Default;

    public void DisposeAtEnd(IDisposable thing) => inner?.DisposeAtEnd(thing);

    public bool TrySetMaxBodySize(long? bytes) => inner?.TrySetMaxBodySize(bytes) ?? true;
}
