using Akka.Actor;

namespace Aleph.Actors.Http.Client;

/// <summary>
/// Keeps the requests of one exchange of credentials on one connection, which is made for them with the first. One
/// request at a time.
/// </summary>
internal sealed class ConnectionBinding
{
    private HttpConnection? _connection;

    public async Task<HttpResponse> SendAsync(
        ExtendedActorSystem system, HttpPoolSettings settings, HttpProxy? proxy, HttpRequest request,
        CancellationToken cancellation)
    {
        _connection ??= await HttpConnection.ConnectAsync(
            system, HttpOrigin.Of(request.Url!), settings, proxy is { Kind: HttpProxyKind.None } ? null : proxy,
            cancellation).ConfigureAwait(false);
        return await _connection.SendAsync(request, cancellation).ConfigureAwait(false);
    }

    /// <summary>No request follows: the connection ends when the last answer does.</summary>
    public void End()
    {
        // Nobody waits for that.
        _ = _connection?.CloseAsync(Timeout.InfiniteTimeSpan);
    }
}
