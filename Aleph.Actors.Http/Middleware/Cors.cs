using System.Globalization;

namespace Aleph.Actors.Http;

/// <summary>Answers the questions of browsers whose pages come from other origins.</summary>
public static class Cors
{
    /// <summary>
    /// A middleware that answers preflights with 204 and tells browsers what pages of an origin may see. It does not
    /// refuse requests: browsers enforce it. Put it around the table of routes, so that OPTIONS reaches it.
    /// </summary>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static HttpMiddleware Allow(CorsSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        SettingsFaults.ThrowIfAny(settings.Validate());
        var isPublic = settings.Origins.Contains("*");
        return next => async request =>
        {
            var origin = request.Headers["Origin"];
            var allowed = origin is not null && (isPublic || settings.Origins.Contains(origin));
            if (allowed && request.Method == HttpMethods.Options
                && request.Headers.Contains("Access-Control-Request-Method"))
                return HttpResponse.Of(HttpStatus.NoContent).WithHeaders(Preflight(settings, isPublic ? "*" : origin!));
            var answer = await next(request).ConfigureAwait(false);
            if (answer is null)
                return answer!;
            var headers = allowed ? Actual(answer.Headers, settings, isPublic ? "*" : origin!) : answer.Headers;
            return isPublic ? answer.WithHeaders(headers) : answer.WithHeaders(Varying(headers));
        };
    }

    private static HttpHeaders Preflight(CorsSettings settings, string origin)
    {
        var headers = Actual(HttpHeaders.Empty, settings with { ExposedHeaders = [] }, origin);
        if (settings.Methods.Count > 0)
            headers = headers.With("Access-Control-Allow-Methods", string.Join(", ", settings.Methods));
        if (settings.Headers.Count > 0)
            headers = headers.With("Access-Control-Allow-Headers", string.Join(", ", settings.Headers));
        if (settings.MaxAge is { } age)
        {
            headers = headers.With(
                "Access-Control-Max-Age", ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        }

        return origin == "*" ? headers : Varying(headers);
    }

    private static HttpHeaders Actual(HttpHeaders headers, CorsSettings settings, string origin)
    {
        headers = headers.With("Access-Control-Allow-Origin", origin);
        if (settings.Credentials)
            headers = headers.With("Access-Control-Allow-Credentials", "true");
        return settings.ExposedHeaders.Count > 0
            ? headers.With("Access-Control-Expose-Headers", string.Join(", ", settings.ExposedHeaders))
            : headers;
    }

    // Answers to other origins differ, so caches must keep them apart.
    private static HttpHeaders Varying(HttpHeaders headers) =>
        headers["Vary"] is { } vary && vary != "Origin"
            ? headers.With("Vary", vary + ", Origin")
            : headers.With("Vary", "Origin");
}
