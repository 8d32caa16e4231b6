namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>Sends the cookies of a store and keeps those of answers. A Cookie field of the request's own
/// wins.</summary>
internal static class CookieStep
{
    public static Task<HttpResponse> SendAsync(HttpRequest request, HttpSend next, CancellationToken cancellation) =>
        request.Options.Cookies is { } store
            ? SendAsync(request, store, next, cancellation)
            : next(request, cancellation);

    private static async Task<HttpResponse> SendAsync(
        HttpRequest request, ICookieStore store, HttpSend next, CancellationToken cancellation)
    {
        var url = request.Url!;
        if (!request.Headers.Contains("Cookie") && store.Get(url) is { } cookies)
            request = request.WithHeader("Cookie", cookies);
        var response = await next(request, cancellation).ConfigureAwait(false);
        foreach (var field in response.Headers.GetAll("Set-Cookie"))
            store.Set(url, field);
        return response;
    }
}
