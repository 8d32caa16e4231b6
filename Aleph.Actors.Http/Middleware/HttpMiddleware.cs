namespace Aleph.Actors.Http;

/// <summary>
/// Makes of a handler another that does something before, after or instead of it. Called once for each handler it is
/// put around, when the handler is built; what it answers is called for each request.
/// </summary>
/// <param name="next">The handler inside.</param>
public delegate HttpHandler HttpMiddleware(HttpHandler next);

/// <summary>Handlers inside middleware.</summary>
public static class HttpMiddlewareExtensions
{
    /// <summary>This handler inside middleware: the first is the outermost and sees a request first.</summary>
    /// <param name="handler">The innermost handler.</param>
    /// <param name="middleware">From the outside to the inside.</param>
    public static HttpHandler Inside(this HttpHandler handler, params ReadOnlySpan<HttpMiddleware> middleware)
    {
        ArgumentNullException.ThrowIfNull(handler);
        for (var i = middleware.Length - 1; i >= 0; i--)
        {
            ArgumentNullException.ThrowIfNull(middleware[i], nameof(middleware));
            handler = middleware[i](handler)
                ?? throw new InvalidOperationException("A middleware answered null instead of a handler.");
        }

        return handler;
    }
}
