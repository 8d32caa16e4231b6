using System.Collections.Concurrent;
using Akka.Actor;
using Aleph.Actors.Http.Client;
using Aleph.Actors.Http.Client.Middleware;
using Aleph.Actors.Http.Client.Pool;
using Aleph.Actors.Http.Client.Proxy;

namespace Aleph.Actors.Http;

/// <summary>
/// Sends requests anywhere: one pool of connections for each origin, made when first needed, under the actor system.
/// Get one by <c>system.Http().Client</c>, or with settings of its own by <c>system.Http().CreateClient(...)</c>; keep
/// it, it is meant for many requests. Any thread.
/// </summary>
public sealed class AlephHttpClient : IAsyncDisposable
{
    private static int _pools;

    private readonly ConcurrentDictionary<(HttpOrigin, HttpProxy?), Lazy<ClientPool>> _byOrigin = new();
    private readonly ExtendedActorSystem _system;
    private readonly ConnectionBudget _budget;
    private readonly HttpSend _send;
    private readonly ClientShutdown _shutdown;
    private ClientPool? _recent;
    private int _disposed;

    internal AlephHttpClient(ExtendedActorSystem system, HttpClientSettings settings, ClientShutdown shutdown)
    {
        SettingsFaults.ThrowIfAny(settings.Validate());
        (_system, Settings, _shutdown) = (system, settings, shutdown);
        _budget = new ConnectionBudget(settings.Pool.MaxTotalConnections);
        _send = settings.Middleware.Reverse().Aggregate((HttpSend)SendToPool, Around);
        shutdown.Add(this);
    }

    /// <summary>Where it belongs.</summary>
    internal ActorSystem System => _system;

    /// <summary>How it sends.</summary>
    public HttpClientSettings Settings { get; }

    /// <summary>Sends a request, and completes with the head of the answer; the body may still be coming.</summary>
    /// <param name="request">With an absolute url.</param>
    /// <param name="cancellationToken">Ends it until the answer is there; afterwards reading the body has tokens of
    /// its own.</param>
    /// <exception cref="ArgumentException">The request cannot be sent; no connection was used.</exception>
    /// <exception cref="InvalidOperationException">The body was used before; no connection was used.</exception>
    /// <exception cref="HttpClientException">No answer came; derived types name the phase whose time ran
    /// out.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<HttpResponse> SendAsync(HttpRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<HttpResponse>(cancellationToken);
        if (request.Url is null)
            request = Absolute(request);
        var options = request.Options.Over(Settings.Options);
        if (!ReferenceEquals(options, request.Options))
            request = request.WithOptions(options);
        if (Settings.Headers.Count > 0)
            request = WithDefaults(request);
        return _send(request, cancellationToken);
    }

    /// <summary>A snapshot of the pool of an origin; null where there is none yet.</summary>
    /// <param name="origin">The origin.</param>
    /// <param name="proxy">The proxy that the pool leads through; default none.</param>
    public Task<HttpPoolStatistics>? GetStatisticsAsync(HttpOrigin origin, HttpProxy? proxy = null) =>
        _byOrigin.TryGetValue((origin, proxy), out var pool)
            ? pool.Value.Actor.Ask<HttpPoolStatistics>(HttpClientPoolProtocol.GetStatistics.Instance)
            : null;

    /// <summary>The actor of the pool of an origin, to watch it or subscribe to it; made at the first use.</summary>
    public IActorRef PoolOf(HttpOrigin origin)
    {
        ArgumentNullException.ThrowIfNull(origin);
        return PoolOf(origin, null).Actor;
    }

    /// <summary>Closes all pools: what is under way may finish until the deadline.</summary>
    /// <param name="deadline">At least zero, which fails everything at once; <see cref="Timeout.InfiniteTimeSpan"/> for
    /// none.</param>
    public async Task CloseAsync(TimeSpan deadline)
    {
        Volatile.Write(ref _disposed, 1);
        _shutdown.Remove(this);
        TimeSpan? patience = deadline == Timeout.InfiniteTimeSpan ? null : deadline + TimeSpan.FromSeconds(10);
        var closing = _byOrigin.Values.Select(x => x.Value.Actor.Ask<HttpClientPoolProtocol.Closed>(
            new HttpClientPoolProtocol.Close(deadline), patience));
        await Task.WhenAll(closing).ConfigureAwait(false);
        _byOrigin.Clear();
    }

    /// <summary>Closes all pools; what is under way fails.</summary>
    public ValueTask DisposeAsync() =>
        Volatile.Read(ref _disposed) == 0 ? new ValueTask(CloseAsync(TimeSpan.Zero)) : default;

    internal bool IsClosing => Volatile.Read(ref _disposed) != 0;

    private static HttpSend Around(HttpSend next, HttpClientMiddleware step) =>
        (request, cancellation) => step(request, next, cancellation);

    // A request that was built by hand names its url by the target, or by Host and target.
    private static HttpRequest Absolute(HttpRequest request)
    {
        if (request.Target.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || request.Target.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
        {
            return request.WithUrl(HttpUrl.Parse(request.Target));
        }

        return request.Host.Length > 0 && request.Target.StartsWith('/')
            ? request.WithUrl(HttpUrl.Parse($"http://{request.Host}{request.Target}"))
            : throw new ArgumentException("The request has neither an absolute url nor a Host field.", nameof(request));
    }

    private HttpRequest WithDefaults(HttpRequest request)
    {
        var headers = request.Headers;
        foreach (var field in Settings.Headers)
        {
            if (!request.Headers.Contains(field.Name))
                headers = headers.Add(field.Name, field.Value);
        }

        return request.WithHeaders(headers);
    }

    private Task<HttpResponse> SendToPool(HttpRequest request, CancellationToken cancellation)
    {
        var url = request.Url!;
        var proxy = request.Options.Proxy ?? Settings.Proxy?.Invoke(url);

        // A proxy that forwards would make nothing of the upgrade (RFC 6455 4.1).
        if (request.Options.WebSocket is not null && proxy is { Tunnel: false, Kind: not HttpProxyKind.None })
            proxy = proxy with { Tunnel = true };
        return ProxyAuthentication.IsWanted(proxy, url)
            ? ProxyAuthentication.SendAsync(
                request, proxy!, PoolFor(url, proxy).Context,
                (forwarded, token) => SendThrough(proxy, forwarded, token), cancellation)
            : SendThrough(proxy, request, cancellation);
    }

    private Task<HttpResponse> SendThrough(HttpProxy? proxy, HttpRequest request, CancellationToken cancellation)
    {
        if (request.Options.Binding is { } binding)
            return binding.SendAsync(_system, Settings.Pool, proxy, request, cancellation);
        var pool = PoolFor(request.Url!, proxy is { Kind: HttpProxyKind.None } ? null : proxy);
        return Tracing.IsWanted
            ? Tracing.SendAsync(request, pool.Context, traced => pool.Send(traced, cancellation))
            : pool.Send(request, cancellation);
    }

    // Most requests go where the one before went; finding that out costs no origin and no look-up.
    private ClientPool PoolFor(Uri url, HttpProxy? proxy)
    {
        var recent = Volatile.Read(ref _recent);
        if (recent is null || recent.Context.Proxy != proxy || !recent.Context.Origin.IsOf(url))
        {
            recent = PoolOf(HttpOrigin.OfChecked(url), proxy);
            Volatile.Write(ref _recent, recent);
        }

        return recent;
    }

    private ClientPool PoolOf(HttpOrigin origin, HttpProxy? proxy) =>
        _byOrigin.TryGetValue((origin, proxy), out var known)
            ? known.Value
            : _byOrigin.GetOrAdd((origin, proxy), static (key, client) => new Lazy<ClientPool>(() =>
                client.Spawn(key)), this)
                .Value;

    private ClientPool Spawn((HttpOrigin Origin, HttpProxy? Proxy) key)
    {
        var context = new ClientContext(_system, key.Origin, Settings.Pool, key.Proxy) { Budget = _budget };
        var actor = _system.SystemActorOf(
            HttpClientPool.Props(_ => context), $"aleph-http-pool-{Interlocked.Increment(ref _pools)}");
        return new ClientPool(context, actor);
    }

    private sealed record ClientPool(ClientContext Context, IActorRef Actor)
    {
        public Task<HttpResponse> Send(HttpRequest request, CancellationToken cancellation)
        {
            var exchange = ClientExchange.Create(Context, request, cancellation);
            exchange.Arm();
            Actor.Tell(exchange, ActorRefs.NoSender);
            return exchange.Answer;
        }
    }
}
