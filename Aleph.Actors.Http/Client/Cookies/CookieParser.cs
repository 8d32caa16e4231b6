using System.Globalization;

namespace Aleph.Actors.Http.Client.Cookies;

/// <summary>Reads Set-Cookie fields (RFC 6265 5.2, 5.3). What a store must not keep gives null.</summary>
internal static class CookieParser
{
    private const int MaxSize = 4096;

    // RFC 6265bis 5.5: nothing is kept longer.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(400);

    public static HttpCookie? Parse(Uri url, string field, DateTimeOffset now)
    {
        var parts = field.Split(';');
        var (name, value) = Pair(parts[0]);
        if (parts[0].IndexOf('=', StringComparison.Ordinal) < 0)
            (name, value) = ("", name);
        if (name.Length + value.Length is 0 or > MaxSize || field.Any(c => c is < ' ' and not '\t' or (char)0x7f))
            return null;
        var host = url.IdnHost.ToLowerInvariant();
        var cookie = new HttpCookie(name, value, host, DefaultPath(url)) { Created = now };
        TimeSpan? maxAge = null;
        foreach (var part in parts.AsSpan(1))
        {
            var (key, text) = Pair(part);
            switch (key.ToLowerInvariant())
            {
                case "domain" when text.Length > 0:
                    if (WithDomain(cookie, text.TrimStart('.').ToLowerInvariant(), host) is not { } wider)
                        return null;
                    cookie = wider;
                    break;
                case "path":
                    cookie = cookie with { Path = text.StartsWith('/') ? text : DefaultPath(url) };
                    break;
                case "secure":
                    cookie = cookie with { IsSecure = true };
                    break;
                case "httponly":
                    cookie = cookie with { IsHttpOnly = true };
                    break;
                case "expires" when CookieDate.TryParse(text, out var date):
                    cookie = cookie with { Expires = date };
                    break;
                case "max-age" when Seconds(text) is { } seconds:
                    maxAge = seconds;
                    break;
            }
        }

        // Max-Age wins over Expires, in whatever order they come.
        if (maxAge is { } age)
            cookie = cookie with { Expires = age <= TimeSpan.Zero ? DateTimeOffset.MinValue : now + Min(age) };
        else if (cookie.Expires > now + Longest)
            cookie = cookie with { Expires = now + Longest };
        return MayKeep(cookie, field, url) ? cookie : null;
    }

    /// <summary>Whether a path of a request is within the path of a cookie (RFC 6265 5.1.4).</summary>
    public static bool PathMatches(string path, string of) =>
        path.StartsWith(of, StringComparison.Ordinal)
        && (path.Length == of.Length || of.EndsWith('/') || path[of.Length] == '/');

    /// <summary>Whether a host is of a domain (RFC 6265 5.1.3); an address is of none but itself.</summary>
    public static bool DomainMatches(string host, string domain) =>
        host == domain || (host.Length > domain.Length && host.EndsWith(domain, StringComparison.Ordinal)
            && host[^(domain.Length + 1)] == '.' && Uri.CheckHostName(host) == UriHostNameType.Dns);

    // Without a list of public suffixes: a domain of one label is one for sure.
    private static HttpCookie? WithDomain(HttpCookie cookie, string domain, string host)
    {
        if (domain == host)
            return cookie with { IsHostOnly = !domain.Contains('.', StringComparison.Ordinal) };
        return domain.Contains('.', StringComparison.Ordinal) && DomainMatches(host, domain)
            ? cookie with { Domain = domain, IsHostOnly = false }
            : null;
    }

    // RFC 6265bis 4.1.3: what the name promises must be so. A cookie for TLS does not come from anywhere else.
    private static bool MayKeep(HttpCookie cookie, string field, Uri url)
    {
        var isSecure = cookie.IsSecure && url.Scheme == "https";
        if (cookie.IsSecure && !isSecure)
            return false;
        if (cookie.Name.StartsWith("__Secure-", StringComparison.OrdinalIgnoreCase))
            return isSecure;
        return !cookie.Name.StartsWith("__Host-", StringComparison.OrdinalIgnoreCase)
            || (isSecure && cookie.Path == "/" && !field.Contains("domain=", StringComparison.OrdinalIgnoreCase));
    }

    private static string DefaultPath(Uri url)
    {
        var path = url.AbsolutePath;
        var slash = path.LastIndexOf('/');
        return slash <= 0 ? "/" : path[..slash];
    }

    private static (string Name, string Value) Pair(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (text.Trim(), "") : (text[..equals].Trim(), text[(equals + 1)..].Trim());
    }

    private static TimeSpan? Seconds(string text)
    {
        if (text.Length == 0 || !(char.IsAsciiDigit(text[0]) || text[0] == '-') || text[1..].Any(c =>
            !char.IsAsciiDigit(c)))
            return null;
        return double.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Clamp(seconds, -1, Longest.TotalSeconds))
            : null;
    }

    private static TimeSpan Min(TimeSpan age) => age < Longest ? age : Longest;
}
