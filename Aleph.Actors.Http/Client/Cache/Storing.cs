using System.Security.Cryptography;
using System.Text;

namespace Aleph.Actors.Http.Client.Cache;

/// <summary>Which answers a private cache keeps (RFC 9111 3), under which key, for which requests (4.1).</summary>
internal static class Storing
{
    // RFC 9111 3.1: what belongs to a connection; and what is to be done once only.
    private static readonly string[] NotKept =
        ["Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authentication-Info", "Proxy-Connection", "TE",
            "Trailer", "Transfer-Encoding", "Upgrade", "Set-Cookie"];

    /// <summary>Whether its lifetime may be guessed (RFC 9110 15.1).</summary>
    public static bool IsHeuristic(int status) => status is 200 or 203 or 204 or 300 or 301 or 308 or 404 or 405 or 410
        or 414 or 501;

    /// <summary>Where the answers of a request are: what it asks for, whoever asks.</summary>
    public static string KeyOf(HttpRequest request) => KeyOf(request.Url!, request.Headers["Host"]);

    public static string KeyOf(Uri url, string? host = null)
    {
        var origin = HttpOrigin.Of(url);
        return host is null || host.Equals(origin.Authority, StringComparison.OrdinalIgnoreCase)
            ? $"{origin}{HttpUrl.Target(url)}"
            : $"{origin}{HttpUrl.Target(url)} {host}";
    }

    /// <summary>Whether an answer, with its body whole, may be kept.</summary>
    public static bool May(HttpRequest request, CacheDirectives asked, HttpResponse response)
    {
        var status = response.Status.Code;
        var told = CacheDirectives.OfResponse(response.Headers);
        var isKnown = IsHeuristic(status) || status is 302 or 303 or 307;
        if (request.Method != HttpMethods.Get || !isKnown || asked.NoStore || (told.NoStore && !told.MustUnderstand))
            return false;
        if (response.Info is { IsDelimitedByClose: true } || response.Headers["Vary"]?.Contains('*') == true)
            return false;

        // What names neither time nor validator can never be used.
        return told.MaxAge > TimeSpan.Zero || response.Headers.Contains("Expires") || HasValidator(response.Headers);
    }

    public static bool HasValidator(HttpHeaders headers) =>
        headers.Contains("ETag") || headers.Contains("Last-Modified");

    /// <summary>The fields as they are kept.</summary>
    public static HttpHeaders Kept(HttpHeaders headers)
    {
        var named = headers["Connection"]?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        return HttpHeaders.FromOwned([.. headers.Where(field =>
            !NotKept.Contains(field.Name, StringComparer.OrdinalIgnoreCase)
            && !named.Contains(field.Name, StringComparer.OrdinalIgnoreCase))]);
    }

    /// <summary>Which requests an answer is for, when it came to this one.</summary>
    public static string Variant(HttpRequest request, string? vary)
    {
        var text = new StringBuilder();
        if (request.Headers["Authorization"] is { } secret)
            text.Append("authorization:").AppendLine(Digest(secret));
        foreach (var name in Names(vary))
        {
            var value = request.Headers[name] ?? "";
            text.Append(name).Append(':').AppendLine(name is "cookie" or "authorization" ? Digest(value) : value);
        }

        return text.ToString();
    }

    /// <summary>The newest answer that is for this request; null for none.</summary>
    public static HttpCacheEntry? Select(HttpRequest request, IReadOnlyList<HttpCacheEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Variant == Variant(request, entry.Headers["Vary"]))
                return entry;
        }

        return null;
    }

    private static IEnumerable<string> Names(string? vary) => vary is null
        ? []
        : vary.ToLowerInvariant().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Distinct().Order(StringComparer.Ordinal);

    // No secret lies about in a store.
    private static string Digest(string secret) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
