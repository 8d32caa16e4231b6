using Aleph.Actors.Http.Client.Cache;

namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>
/// Answers from a private cache what it may, and keeps what it may (RFC 9111). Requests with conditions or ranges of
/// their own, with content, or for another protocol pass by. It is asked for GET, and for HEAD where a GET was kept.
/// </summary>
internal static class Caching
{
    private static readonly string[] PassBy =
        ["Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Upgrade"];

    public static Task<HttpResponse> SendAsync(HttpRequest request, HttpSend next, CancellationToken cancellation)
    {
        if (request.Options.Cache is not { } cache)
            return next(request, cancellation);
        if (!HttpMethods.IsSafe(request.Method))
            return InvalidateAsync(cache, request, next, cancellation);
        return IsCacheable(request)
            ? new CacheLookup(cache, request, next).RunAsync(cancellation)
            : next(request, cancellation);
    }

    private static bool IsCacheable(HttpRequest request) =>
        request.Method is HttpMethods.Get or HttpMethods.Head && request.Body.IsEmpty
        && request.Options is { Binding: null, SwitchTo: null, WebSocket: null }
        && !PassBy.Any(request.Headers.Contains);

    // RFC 9111 4.4: what was changed is asked for again, and what the answer says is the same thing.
    private static async Task<HttpResponse> InvalidateAsync(
        HttpCache cache, HttpRequest request, HttpSend next, CancellationToken cancellation)
    {
        var response = await next(request, cancellation).ConfigureAwait(false);
        if (request.Method == HttpMethods.Connect || response.Status.Code is < 200 or >= 400)
            return response;
        cache.Store.Remove(Storing.KeyOf(request));
        foreach (var name in (string[])["Location", "Content-Location"])
        {
            if (response.Headers[name] is { } other && Uri.TryCreate(request.Url!, other, out var url)
                && IsSameOrigin(url, request.Url!))
            {
                cache.Store.Remove(Storing.KeyOf(url, request.Headers["Host"]));
            }
        }

        return response;
    }

    // Nobody makes us forget what others have said.
    private static bool IsSameOrigin(Uri url, Uri other)
    {
        try
        {
            return HttpOrigin.Of(url) == HttpOrigin.Of(other);
        }
        catch (ArgumentException)
        {
            // Not a url that anything was asked for by.
            return false;
        }
    }
}
