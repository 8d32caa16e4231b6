using Aleph.Actors.Http.WebSocketFaces;

namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>Follows redirects (RFC 9110 15.4) within limits, and lets no secret leave its origin on the way.</summary>
internal static class Redirects
{
    private static readonly string[] Secrets = ["Authorization", "Cookie", "Proxy-Authorization", "Host"];

    private static readonly string[] OfContent =
        ["Content-Type", "Content-Length", "Content-Encoding", "Content-Language", "Content-Location",
            "Transfer-Encoding",
            "Expect"];

    public static Task<HttpResponse> SendAsync(HttpRequest request, HttpSend next, CancellationToken cancellation) =>
        request.Options.FollowRedirects == false ? next(request, cancellation) : FollowAsync(request, next,
            cancellation);

    private static async Task<HttpResponse> FollowAsync(
        HttpRequest request, HttpSend next, CancellationToken cancellation)
    {
        List<Uri>? trail = null;
        while (true)
        {
            var response = await next(request, cancellation).ConfigureAwait(false);
            if (response.Status.Code is not (301 or 302 or 303 or 307 or 308) || Next(request, response)
                is not { } follower)
            {
                return trail is null || response.Info is not { } info
                    ? response
                    : response.WithInfo(info with { Trail = trail });
            }

            response.Dispose();
            trail ??= [];
            trail.Add(request.Url!);
            if (trail.Count > (request.Options.MaxRedirects ?? RequestOptions.Standard.MaxRedirects))
            {
                throw new HttpClientException(
                    HttpClientFailure.Redirects,
                        $"More than {trail.Count - 1} redirects, the last one to {follower.Url}.");
            }

            request = follower;
        }
    }

    /// <summary>The request that follows a redirect; null where it is not followed.</summary>
    private static HttpRequest? Next(HttpRequest request, HttpResponse response)
    {
        var location = response.Headers["Location"];
        if (request.Options.WebSocket is not null)
            location = WebSocketTakeover.HttpUrlOf(location);
        if (request.Method == HttpMethods.Connect || Target(request.Url!, location) is not { } url)
            return null;
        var isSame = HttpOrigin.Of(url) == HttpOrigin.Of(request.Url!);
        if (request.Url!.Scheme == "https" && url.Scheme == "http" && request.Options.AllowDowngrade != true)
            return null;
        var method = MethodAfter(response.Status.Code, request.Method, isSame, request.Options.ForceRedirects == true);
        if (method is null)
            return null;
        var keepsBody = method == request.Method;
        if (keepsBody && request.Body is not BytesBody)
            return null;
        var follower = request.WithUrl(url).WithMethod(method);
        if (!keepsBody)
            follower = follower.WithBody(HttpBody.Empty).WithHeaders(Without(follower.Headers, OfContent));
        if (isSame)
            return follower;
        return follower.WithHeaders(Without(follower.Headers, Secrets))
            .WithOptions(follower.Options with { Credentials = null });
    }

    private static string? MethodAfter(int status, string method, bool isSame, bool isForced)
    {
        if (method is HttpMethods.Get or HttpMethods.Head)
            return method;
        return status switch
        {
            303 => HttpMethods.Get,
            301 or 302 when method == HttpMethods.Post => HttpMethods.Get,
            307 or 308 when HttpMethods.IsSafe(method) || isSame => method,
            _ => isForced ? method : null,
        };
    }

    // RFC 9110 10.2.2: relative to the request's url, whose fragment is inherited.
    private static Uri? Target(Uri from, string? location)
    {
        if (location is null || !Uri.TryCreate(from, location, out var url))
            return null;
        if (url.Fragment.Length == 0 && from.Fragment.Length > 0)
            url = new Uri(url.AbsoluteUri + from.Fragment);
        try
        {
            return HttpUrl.Checked(url);
        }
        catch (ArgumentException)
        {
            // The server's mistake: its answer is shown as it is.
            return null;
        }
    }

    private static HttpHeaders Without(HttpHeaders headers, string[] names)
    {
        foreach (var name in names)
            headers = headers.Without(name);
        return headers;
    }
}
