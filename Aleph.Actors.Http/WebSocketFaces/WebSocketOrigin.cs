namespace Aleph.Actors.Http;

/// <summary>Judges the Origin field of a request (RFC 6455 10.2). Clients that are no browsers send none.</summary>
public static class WebSocketOrigin
{
    /// <summary>
    /// Whether the page that asks came from the host that it asks, or no page asks: no Origin, or one with the
    /// request's host and port. The scheme is not compared, since a proxy in front may have ended TLS.
    /// </summary>
    public static bool IsSame(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Single(request) switch
        {
            null => !request.Headers.Contains("Origin"),
            var origin => Uri.TryCreate(origin, UriKind.Absolute, out var uri)
                && (string.Equals(uri.Authority, request.Host, StringComparison.OrdinalIgnoreCase)
                    || (uri.IsDefaultPort && string.Equals(
                        $"{uri.Host}:{uri.Port}", request.Host, StringComparison.OrdinalIgnoreCase))),
        };
    }

    /// <summary>Whether the Origin is one of these, or there is none.</summary>
    /// <param name="request">The request.</param>
    /// <param name="origins">Scheme, host and, unless it is the scheme's own, port: <c>https://example.org</c>.</param>
    public static bool IsOneOf(HttpRequest request, params IReadOnlyList<string> origins)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(origins);
        return Single(request) is { } origin
            ? origins.Contains(origin, StringComparer.OrdinalIgnoreCase)
            : !request.Headers.Contains("Origin");
    }

    private static string? Single(HttpRequest request) =>
        request.Headers.GetAll("Origin").ToArray() is [var origin] ? origin : null;
}
