using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;
using Aleph.Actors.Http.Server;

namespace Aleph.Actors.Http;

/// <summary>
/// What answers the requests of a server: one of the kinds below. Immutable; one serves any number of servers.
/// </summary>
public abstract class HttpServerHandler
{
    private protected HttpServerHandler()
    {
    }

    /// <summary>A function that answers at once. It must not block, unless a handler dispatcher is set.</summary>
    public static HttpServerHandler Of(Func<HttpRequest, HttpResponse> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new FunctionHandler(request => new ValueTask<HttpResponse>(handler(request)), handler.Method);
    }

    /// <summary>A function that answers when it can.</summary>
    public static HttpServerHandler Of(HttpHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new FunctionHandler(handler, handler.Method);
    }

    /// <summary>A function that calls back.</summary>
    public static HttpServerHandler OfCallback(HttpCallbackHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new CallbackHandler(handler);
    }

    /// <summary>
    /// An actor (or router) that gets each <see cref="HttpRequest"/> and tells its <c>Sender</c> an <see
    /// cref="HttpResponse"/>, or a <see cref="Akka.Actor.Status.Failure"/>. A late or second answer goes to dead
    /// letters. If the actor has stopped, the client gets a 503.
    /// </summary>
    /// <param name="actor">The actor, in this process.</param>
    /// <param name="maxConcurrent">How many requests of one connection it may have at once; at least 1. Default
    /// 1.</param>
    public static HttpServerHandler ToActor(IActorRef actor, int maxConcurrent = 1)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrent, 1);
        return new ActorHandler(actor, maxConcurrent);
    }

    /// <summary>
    /// An actor for each request, a child of its connection: it is told the <see cref="HttpRequest"/>, tells its
    /// <c>Sender</c> the <see cref="HttpResponse"/>, and is stopped then. If it fails or stops before, the client gets
    /// a 500; when the client leaves, it is stopped.
    /// </summary>
    /// <param name="props">How to make one.</param>
    /// <param name="maxConcurrent">How many may run at once for one connection; at least 1. Default 1.</param>
    public static HttpServerHandler ActorPerRequest(Props props, int maxConcurrent = 1)
    {
        ArgumentNullException.ThrowIfNull(props);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrent, 1);
        return new ActorPerRequestHandler(props, maxConcurrent);
    }

    /// <summary>
    /// A flow, materialised once for each connection. It must answer every request with one response, in order. If it
    /// fails or completes, what is unanswered gets a 500 and the connection closes.
    /// </summary>
    /// <typeparam name="TMat">What the flow materialises to; not used.</typeparam>
    /// <param name="flow">The flow.</param>
    /// <param name="maxConcurrent">How many requests may be inside it at once for one connection; at least 1. Default
    /// 1.</param>
    public static HttpServerHandler Through<TMat>(Flow<HttpRequest, HttpResponse, TMat> flow, int maxConcurrent = 1)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrent, 1);
        return new FlowHandler(flow.MapMaterializedValue(_ => NotUsed.Instance), maxConcurrent);
    }

    /// <summary>The name of the handler, for logs.</summary>
    internal abstract string Name { get; }

    /// <summary>How many requests of one connection it may have at once.</summary>
    internal virtual int MaxConcurrent => int.MaxValue;

    /// <summary>
    /// Whether it never blocks and runs no user code on its caller's thread, so that it always runs on the turn.
    /// </summary>
    internal virtual bool IsHandOver => false;

    /// <summary>The handler of one connection. On the turn.</summary>
    internal abstract ConnectionHandler Attach(IConnection connection);
}
