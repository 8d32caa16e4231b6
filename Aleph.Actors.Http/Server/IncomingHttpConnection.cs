using System.Net;
using Akka;
using Akka.Streams.Dsl;
using Aleph.Actors.Http.Server;
using Aleph.Actors.Tcp.Streams;

namespace Aleph.Actors.Http;

/// <summary>
/// A connection that a server has accepted and that waits for its handler: an element of <see cref="HttpStreams"/>.
/// Give it one, once, within <see cref="HttpServerSettings.UnhandledConnectionTimeout"/>; nothing is read before. Any
/// thread.
/// </summary>
public sealed class IncomingHttpConnection : IIncomingConnection
{
    private readonly PendingConnection _pending;
    private readonly Http1ServerContext _server;

    internal IncomingHttpConnection(PendingConnection pending, Http1ServerContext server)
    {
        _pending = pending;
        _server = server;
    }

    /// <summary>Who is connected to whom.</summary>
    public ConnectionInfo Info => _pending.Info;

    /// <summary>This side's address, or null.</summary>
    public EndPoint? LocalEndPoint => Info.LocalEndPoint;

    /// <summary>The client's address, or null.</summary>
    public EndPoint? RemoteEndPoint => Info.RemoteEndPoint;

    /// <summary>
    /// Serves the connection with a handler of any kind. Without effect when the connection has ended by now.
    /// </summary>
    /// <exception cref="InvalidOperationException">The connection has a handler.</exception>
    public void HandleWith(HttpServerHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        Claim();
        Begin(handler);
    }

    /// <summary>Serves the connection with a function that answers at once.</summary>
    /// <inheritdoc cref="HandleWith(HttpServerHandler)"/>
    public void HandleWith(Func<HttpRequest, HttpResponse> handler) => HandleWith(HttpServerHandler.Of(handler));

    /// <summary>Serves the connection with a function that answers when it can.</summary>
    /// <inheritdoc cref="HandleWith(HttpServerHandler)"/>
    public void HandleWith(HttpHandler handler) => HandleWith(HttpServerHandler.Of(handler));

    /// <summary>
    /// Serves the connection with a flow, which the server runs; see <see cref="HttpServerHandler.Through"/>.
    /// </summary>
    /// <typeparam name="TMat">What the flow materialises to; not used.</typeparam>
    /// <param name="flow">Answers every request with one response, in order.</param>
    /// <param name="maxConcurrent">How many requests may be inside it at once; at least 1. Default 1.</param>
    /// <exception cref="InvalidOperationException">The connection has a handler.</exception>
    public void HandleWith<TMat>(Flow<HttpRequest, HttpResponse, TMat> flow, int maxConcurrent = 1) =>
        HandleWith(HttpServerHandler.Through(flow, maxConcurrent));

    /// <summary>
    /// The connection as a flow to join with one of yours, which you run: requests come out of it, and it takes one
    /// response for each, in their order. A response may come before its request; then it waits, and holds the next one
    /// back.
    /// </summary>
    /// <remarks>
    /// When the connection ends, the requests complete and the responses are cancelled. When the responses complete or
    /// fail, what is unanswered gets a 500 and the connection closes. When the requests are cancelled, what came out
    /// can still be answered, then the connection closes.
    /// </remarks>
    /// <param name="maxConcurrent">How many requests may be unanswered at once; at least 1. Default 1.</param>
    /// <returns>A flow that can be materialised once: a second time throws an
    /// <see cref="InvalidOperationException"/>.</returns>
    public Flow<HttpResponse, HttpRequest, NotUsed> AsFlow(int maxConcurrent = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxConcurrent, 1);
        return Flow.FromGraph(new JoinStage(this, maxConcurrent));
    }

    /// <summary>Who is connected to whom, for logs.</summary>
    public override string ToString() => _pending.ToString();

    void IIncomingConnection.Refuse() => _pending.Refuse();

    /// <summary>Makes sure that there is one handler.</summary>
    internal void Claim() => _pending.Claim();

    internal void Begin(HttpServerHandler handler) =>
        _pending.Begin(_ => new Http1ServerProtocol(_server.With(handler)));
}
