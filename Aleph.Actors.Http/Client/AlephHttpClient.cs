using System.Collections.Concurrent;
using Akka.Actor;
using Aleph.Actors.Http.Client;

namespace Aleph.Actors.Http;

/// <summary>
/// Sends requests anywhere: one pool of connections for each origin, made when first needed, under the actor system.
/// Get one by <c>system.Http().Client</c>, or with settings of its own by <c>system.Http().CreateClient(...)</c>; keep
/// it, it is meant for many requests. Any thread.
/// </summary>
public sealed class AlephHttpClient : IAsyncDisposable
{
    private readonly ConcurrentDictionary<HttpOrigin, Lazy<IActorRef>> _pools = new();
    private readonly ConcurrentDictionary<HttpOrigin, ClientContext> _contexts = new();
    private readonly ExtendedActorSystem _system;
    private readonly ConnectionBudget _budget;
    private int _disposed;

    internal AlephHttpClient(ExtendedActorSystem system, HttpPoolSettings settings)
    {
        SettingsFaults.ThrowIfAny(settings.Validate());
        (_system, Settings) = (system, settings);
        _budget = new ConnectionBudget(settings.MaxTotalConnections);
    }

    /// <summary>How its pools connect.</summary>
    public HttpPoolSettings Settings { get; }

    /// <summary>Sends a request, and completes with the head of the answer; the body may still be coming.</summary>
    /// <param name="request">With an absolute url.</param>
    /// <param name="cancellationToken">Ends it until the answer is there; afterwards reading the body has tokens of
    /// its own.</param>
    /// <exception cref="ArgumentException">The request cannot be sent; no connection was used.</exception>
    /// <exception cref="InvalidOperationException">The body was used before; no connection was used.</exception>
    /// <exception cref="HttpClientException">No answer came; derived types name the phase whose time ran out.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<HttpResponse> SendAsync(HttpRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<HttpResponse>(cancellationToken);
        var url = request.Url ?? throw new ArgumentException("The request has no absolute url.", nameof(request));
        var origin = HttpOrigin.Of(url);
        var exchange = ClientExchange.Create(ContextOf(origin), request, cancellationToken);
        exchange.Arm();
        PoolOf(origin).Tell(exchange, ActorRefs.NoSender);
        return exchange.Answer;
    }

    /// <summary>A snapshot of the pool of an origin; null where there is none yet.</summary>
    public Task<HttpPoolStatistics>? GetStatisticsAsync(HttpOrigin origin) => _pools.TryGetValue(origin, out var pool)
        ? pool.Value.Ask<HttpPoolStatistics>(HttpClientPoolProtocol.GetStatistics.Instance)
        : null;

    /// <summary>Closes all pools; what is under way fails.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        foreach (var pool in _pools.Values)
            await pool.Value.GracefulStop(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
    }

    private ClientContext ContextOf(HttpOrigin origin) =>
        _contexts.TryGetValue(origin, out var known)
            ? known
            : _contexts.GetOrAdd(origin, static (o, c) => c.NewContext(o), this);

    private ClientContext NewContext(HttpOrigin origin) => new(_system, origin, Settings) { Budget = _budget };

    private IActorRef PoolOf(HttpOrigin origin) => _pools.TryGetValue(origin, out var known)
        ? known.Value
        : _pools.GetOrAdd(origin, static (o, c) => new Lazy<IActorRef>(() => c.Spawn(o)), this).Value;

    private IActorRef Spawn(HttpOrigin origin) => _system.SystemActorOf(
        HttpClientPool.Props(_ => ContextOf(origin)), $"aleph-http-pool-{Interlocked.Increment(ref PoolNames.Last)}");

    private static class PoolNames
    {
        public static int Last;
    }
}
