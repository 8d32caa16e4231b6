using Akka.Actor;
using Aleph.Actors.Http.Server;

namespace Aleph.Actors.Http;

/// <summary>
/// HTTP servers as actors: spawn <see cref="Props(HttpServerHandler, HttpServerSettings?)"/> where you like, supervise
/// and watch it, and talk <see cref="ServerProtocol"/> and <see cref="HttpServerProtocol"/> to it. Outside actors use
/// <c>system.Http().ServeAsync(...)</c>.
/// </summary>
/// <example>
/// <code>
/// var api = system.ActorOf(HttpServer.Props(request => HttpResponse.Text($"hello, {request.Path}")), "api");
/// var bound = await api.Ask&lt;ServerProtocol.Event&gt;(ServerProtocol.GetBound.Instance);
/// await api.GracefulStop(TimeSpan.FromSeconds(30), new ServerProtocol.Drain(TimeSpan.FromSeconds(25)));
/// </code>
/// </example>
public static class HttpServer
{
    /// <summary>
    /// The Props of a server. Where the settings name a handler dispatcher that the actor system does not have, the
    /// actor fails to start and says so: its supervisor sees an <see cref="ActorInitializationException"/>.
    /// </summary>
    /// <param name="handler">Answers the requests.</param>
    /// <param name="settings">Default <see cref="HttpServerSettings.Default"/>.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static Props Props(HttpServerHandler handler, HttpServerSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return HttpServerSpec.Props(handler, settings ?? HttpServerSettings.Default);
    }

    /// <summary>The Props of a server whose handler is a function that answers at once.</summary>
    /// <inheritdoc cref="Props(HttpServerHandler, HttpServerSettings?)"/>
    public static Props Props(Func<HttpRequest, HttpResponse> handler, HttpServerSettings? settings = null) =>
        Props(HttpServerHandler.Of(handler), settings);

    /// <summary>The Props of a server whose handler is a function that answers when it can.</summary>
    /// <inheritdoc cref="Props(HttpServerHandler, HttpServerSettings?)"/>
    public static Props Props(HttpHandler handler, HttpServerSettings? settings = null) =>
        Props(HttpServerHandler.Of(handler), settings);
}
