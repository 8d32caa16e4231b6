using Aleph.Actors.Http.Routing;

namespace Aleph.Actors.Http;

/// <summary>
/// A table of methods and path templates to handlers. Fill it, then make a handler of it with <see cref="ToHandler"/>;
/// changes after that have no effect on the handler. Not for several threads while it is filled.
/// </summary>
/// <remarks>
/// <para>A template is a path whose segments are literals, parameters <c>{name}</c>, parameters of a kind
/// <c>{name:int}</c> (int, long, decimal, guid, bool, date), or, as the last, the rest of the path <c>{*name}</c>,
/// which may be empty. Literals are case-sensitive and are compared with the decoded path. A slash at the end of
/// template or path says nothing.</para>
/// <para>At each segment a literal wins over a parameter of a kind, that over any parameter, that over the rest. HEAD
/// is answered by GET's handler, OPTIONS with 204 and <c>Allow</c>, unless they are mapped themselves. A path that is
/// known with other methods gives 405 with <c>Allow</c> (RFC 9110 15.5.6), another 404.</para>
/// </remarks>
/// <example>
/// <code>
/// var routes = new HttpRoutes()
///     .Get("/users/{id:int}", request => HttpResponse.Text($"user {request.RouteValues().Get&lt;int>("id")}"))
///     .Mount("/admin", new HttpRoutes().Use(onlyAdmins).Delete("/users/{id:int}", RemoveAsync));
/// await system.Http().ServeAsync(8080, routes.ToHandler());
/// </code>
/// </example>
public sealed class HttpRoutes
{
    private readonly List<RouteEntry> _entries = [];
    private readonly List<HttpMiddleware> _middleware = [];
    private HttpHandler? _notFound;

    /// <summary>Maps GET, and with it HEAD, to a handler that answers when it can.</summary>
    /// <inheritdoc cref="Map(string, string, HttpHandler, ReadOnlySpan{HttpMiddleware})"/>
    public HttpRoutes Get(string template, HttpHandler handler, params ReadOnlySpan<HttpMiddleware> middleware) =>
        Map(HttpMethods.Get, template, handler, middleware);

    /// <summary>Maps GET, and with it HEAD, to a handler that answers at once.</summary>
    /// <inheritdoc cref="Map(string, string, HttpHandler, ReadOnlySpan{HttpMiddleware})"/>
    public HttpRoutes Get(
        string template, Func<HttpRequest, HttpResponse> handler, params ReadOnlySpan<HttpMiddleware> middleware) =>
        Map(HttpMethods.Get, template, handler, middleware);

    /// <summary>Maps POST.</summary>
    /// <inheritdoc cref="Map(string, string, HttpHandler, ReadOnlySpan{HttpMiddleware})"/>
    public HttpRoutes Post(string template, HttpHandler handler, params ReadOnlySpan<HttpMiddleware> middleware) =>
        Map(HttpMethods.Post, template, handler, middleware);

    /// <summary>Maps POST to a handler that answers at once.</summary>
    /// <inheritdoc cref="Map(string, string, HttpHandler, ReadOnlySpan{HttpMiddleware})"/>
    public HttpRoutes Post(
        string template, Func<HttpRequest, HttpResponse> handler, params ReadOnlySpan<HttpMiddleware> middleware) =>
        Map(HttpMethods.Post, template, handler, middleware);

    /// <summary>Maps PUT.</summary>
    /// <inheritdoc cref="Map(string, string, HttpHandler, ReadOnlySpan{HttpMiddleware})"/>
    public HttpRoutes Put(string template, HttpHandler handler, params ReadOnlySpan<HttpMiddleware> middleware) =>
        Map(HttpMethods.Put, template, handler, middleware);

    /// <summary>Maps PUT to a handler that answers at once.</summary>
    /// <inheritdoc cref="Map(string, string, HttpHandler, ReadOnlySpan{HttpMiddleware})"/>
    public HttpRoutes Put(
        string template, Func<HttpRequest, HttpResponse> handler, params ReadOnlySpan<HttpMiddleware> middleware) =>
        Map(HttpMethods.Put, template, handler, middleware);

    /// <summary>Maps DELETE.</summary>
    /// <inheritdoc cref="Map(string, string, HttpHandler, ReadOnlySpan{HttpMiddleware})"/>
    public HttpRoutes Delete(string template, HttpHandler handler, params ReadOnlySpan<HttpMiddleware> middleware) =>
        Map(HttpMethods.Delete, template, handler, middleware);

    /// <summary>Maps DELETE to a handler that answers at once.</summary>
    /// <inheritdoc cref="Map(string, string, HttpHandler, ReadOnlySpan{HttpMiddleware})"/>
    public HttpRoutes Delete(
        string template, Func<HttpRequest, HttpResponse> handler, params ReadOnlySpan<HttpMiddleware> middleware) =>
        Map(HttpMethods.Delete, template, handler, middleware);

    /// <summary>Maps every method that is not mapped by itself.</summary>
    /// <inheritdoc cref="Map(string, string, HttpHandler, ReadOnlySpan{HttpMiddleware})"/>
    public HttpRoutes Any(string template, HttpHandler handler, params ReadOnlySpan<HttpMiddleware> middleware) =>
        Add(null, template, handler, middleware, isMount: false);

    /// <summary>Maps one method and template to a handler.</summary>
    /// <param name="method">A token, case-sensitive.</param>
    /// <param name="template">The path template.</param>
    /// <param name="handler">The handler.</param>
    /// <param name="middleware">What to put around this handler alone, from the outside to the inside.</param>
    /// <exception cref="ArgumentException">Method or template is malformed, or answers the same paths as an earlier
    /// one (then by <see cref="ToHandler"/>).</exception>
    public HttpRoutes Map(
        string method, string template, HttpHandler handler, params ReadOnlySpan<HttpMiddleware> middleware)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (!FieldSyntax.IsToken(method))
            throw new ArgumentException($"The method \"{method}\" is not a token (RFC 9110 9.1).", nameof(method));
        return Add(method, template, handler, middleware, isMount: false);
    }

    /// <summary>Maps one method and template to a handler that answers at once.</summary>
    /// <inheritdoc cref="Map(string, string, HttpHandler, ReadOnlySpan{HttpMiddleware})"/>
    public HttpRoutes Map(
        string method, string template, Func<HttpRequest, HttpResponse> handler,
        params ReadOnlySpan<HttpMiddleware> middleware)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Map(method, template, request => new ValueTask<HttpResponse>(handler(request)), middleware);
    }

    /// <summary>
    /// Gives everything below a prefix, and the prefix itself, to a handler, for all methods. The handler sees the path
    /// below the prefix, from its slash.
    /// </summary>
    /// <param name="prefix">A template without catch-all.</param>
    /// <param name="handler">The handler.</param>
    /// <param name="middleware">What to put around it, from the outside to the inside.</param>
    /// <exception cref="ArgumentException">The template is malformed.</exception>
    public HttpRoutes Mount(string prefix, HttpHandler handler, params ReadOnlySpan<HttpMiddleware> middleware)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        return Add(null, RouteTemplate.Join(prefix, "/{*}"), handler, middleware, isMount: true);
    }

    /// <summary>
    /// Adds the routes that another table has now, with its middleware, below a prefix. They see the whole path, and
    /// the prefix's parameters. Its <see cref="NotFound"/> is not taken over.
    /// </summary>
    /// <param name="prefix">A template without catch-all.</param>
    /// <param name="routes">The other table.</param>
    /// <exception cref="ArgumentException">The template is malformed.</exception>
    public HttpRoutes Mount(string prefix, HttpRoutes routes)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        ArgumentNullException.ThrowIfNull(routes);
        foreach (var entry in routes.Wrapped().ToArray())
        {
            var template = RouteTemplate.Parse(RouteTemplate.Join(prefix, entry.Template.Text));
            _entries.Add(entry with { Template = template });
        }

        return this;
    }

    /// <summary>
    /// Puts a middleware around every route of this table, those mapped before included, but not around 404, 405 and
    /// OPTIONS: for those, put it around <see cref="ToHandler"/>. The first one used is the outermost.
    /// </summary>
    public HttpRoutes Use(HttpMiddleware middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        _middleware.Add(middleware);
        return this;
    }

    /// <summary>Answers requests for paths that the table does not know. Default a short text and 404.</summary>
    public HttpRoutes NotFound(HttpHandler handler)
    {
        _notFound = handler;
        return this;
    }

    /// <summary>Builds the handler.</summary>
    /// <exception cref="ArgumentException">Two routes answer the same.</exception>
    public HttpHandler ToHandler() => new RouteTable(Wrapped(), _notFound).HandleAsync;

    private IEnumerable<RouteEntry> Wrapped() =>
        _entries.Select(entry => entry with { Handler = entry.Handler.Inside([.. _middleware]) });

    private HttpRoutes Add(
        string? method, string template, HttpHandler handler, ReadOnlySpan<HttpMiddleware> middleware, bool isMount)
    {
        ArgumentNullException.ThrowIfNull(template);
        ArgumentNullException.ThrowIfNull(handler);
        _entries.Add(new RouteEntry(method, RouteTemplate.Parse(template), handler.Inside(middleware), isMount));
        return this;
    }
}
