using Akka.Actor;
using Aleph.Actors.Http.Client;
using Aleph.Actors.Http.Client.Pool;

namespace Aleph.Actors.Http;

/// <summary>
/// One connection to an origin for a user's own: get it by <c>system.Http().ConnectAsync(...)</c>, or spawn
/// <see cref="Props"/>. Requests go over it in their order, one after the other, or several at a time where
/// <see cref="HttpPoolSettings.PipelineDepth"/> says so; none goes elsewhere or is repeated. Its actor ends with the
/// connection. Any thread.
/// </summary>
public sealed class HttpConnection : IAsyncDisposable
{
    private readonly ClientContext _context;

    private HttpConnection(ClientContext context, IActorRef actor, ConnectionInfo info) =>
        (_context, Actor, Info) = (context, actor, info);

    /// <summary>Who is connected to whom.</summary>
    public ConnectionInfo Info { get; }

    /// <summary>The connection's owner: takes what a pool takes, see <see cref="HttpClientPoolProtocol"/>.</summary>
    public IActorRef Actor { get; }

    /// <summary>Completes when the connection has ended.</summary>
    public Task Ended => _context.Single!.Ended;

    /// <summary>
    /// The Props of an actor that connects at once, answers requests as a pool does, and stops when its connection has
    /// ended or could not be made.
    /// </summary>
    /// <param name="origin">What it connects to.</param>
    /// <param name="settings">Default <see cref="HttpPoolSettings.Default"/>; how many connections there are does not
    /// count.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static Props Props(HttpOrigin origin, HttpPoolSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(origin);
        var checkedSettings = Checked(settings ?? HttpPoolSettings.Default);
        return HttpClientPool.Props(system => ContextOf(system, origin, checkedSettings, null));
    }

    /// <summary>Sends a request over this connection, and completes with the head of its answer.</summary>
    /// <param name="request">For the origin. No middleware runs; of its options, times and limits count.</param>
    /// <param name="cancellationToken">Ends it, and the connection where it was sent already.</param>
    /// <exception cref="ArgumentException">The request cannot be sent, or is for another origin.</exception>
    /// <exception cref="HttpClientException">No answer came.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<HttpResponse> SendAsync(HttpRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<HttpResponse>(cancellationToken);
        if (request.Url is { } url && HttpOrigin.Of(url) is var origin && origin != _context.Origin)
            throw new ArgumentException($"The request is for {origin}; this connection is to {_context.Origin}.");
        var exchange = ClientExchange.Create(_context, request, cancellationToken);
        exchange.Arm();
        Actor.Tell(exchange, ActorRefs.NoSender);
        return exchange.Answer;
    }

    /// <summary>Takes no more requests, lets those under way finish until the deadline, and ends.</summary>
    /// <param name="deadline">At least zero; <see cref="Timeout.InfiniteTimeSpan"/> for none.</param>
    public Task CloseAsync(TimeSpan deadline)
    {
        Actor.Tell(new HttpClientPoolProtocol.Close(deadline), ActorRefs.NoSender);
        return Ended;
    }

    /// <summary>Ends the connection; what is under way fails.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync(TimeSpan.Zero).ConfigureAwait(false);

    internal static async Task<HttpConnection> ConnectAsync(
        ExtendedActorSystem system, HttpOrigin origin, HttpPoolSettings settings, HttpProxy? proxy,
        CancellationToken cancellation)
    {
        var context = ContextOf(system, origin, Checked(settings), proxy);
        var actor = system.SystemActorOf(HttpClientPool.Props(_ => context));
        try
        {
            var info = await context.Single!.Opened.WaitAsync(cancellation).ConfigureAwait(false);
            return new HttpConnection(context, actor, info);
        }
        catch
        {
            system.Stop(actor);
            throw;
        }
    }

    private static HttpPoolSettings Checked(HttpPoolSettings settings)
    {
        SettingsFaults.ThrowIfAny(settings.Validate());
        return settings with { MaxConnections = 1, MinConnections = 0 };
    }

    private static ClientContext ContextOf(
        ActorSystem system, HttpOrigin origin, HttpPoolSettings settings, HttpProxy? proxy) =>
        new(system, origin, settings, proxy) { Single = new SingleConnection() };
}
