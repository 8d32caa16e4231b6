using Aleph.Actors.Http.Client.Cookies;

namespace Aleph.Actors.Http;

/// <summary>
/// Cookies in memory, as RFC 6265 says: domain and path, secure, expiry, the name prefixes <c>__Host-</c> and
/// <c>__Secure-</c>. Bounded: a cookie of more than 4096 characters is ignored, and beyond the limits the oldest go.
/// Share it among clients; save it by <see cref="All"/>. Any thread.
/// </summary>
/// <param name="maxCookies">The most of all, above 0. Default 3000.</param>
/// <param name="maxCookiesPerDomain">The most of one domain, above 0. Default 180.</param>
/// <param name="time">The clock of their expiry. Default the system's.</param>
public sealed class CookieStore(int maxCookies = 3000, int maxCookiesPerDomain = 180, TimeProvider? time = null)
    : ICookieStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<(string Name, string Path), HttpCookie>> _domains = [];
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private int _count;

    /// <summary>The cookies that have not ended, in no order.</summary>
    public IReadOnlyList<HttpCookie> All
    {
        get
        {
            var now = _time.GetUtcNow();
            lock (_gate)
                return [.. _domains.Values.SelectMany(x => x.Values).Where(x => !x.IsExpired(now))];
        }
    }

    /// <summary>Puts a cookie in, such as one that was saved, without asking who set it.</summary>
    public void Add(HttpCookie cookie)
    {
        ArgumentNullException.ThrowIfNull(cookie);
        Put(cookie, mayOverlay: true);
    }

    /// <summary>Takes all out.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _domains.Clear();
            _count = 0;
        }
    }

    /// <inheritdoc/>
    public string? Get(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        var host = url.IdnHost.ToLowerInvariant();
        var isSecure = url.Scheme == "https";
        var now = _time.GetUtcNow();
        List<HttpCookie> found = [];
        lock (_gate)
        {
            // The host itself and every domain above it.
            for (var domain = host; domain.Length > 0; domain = Above(domain))
            {
                if (!_domains.TryGetValue(domain, out var cookies))
                    continue;
                foreach (var cookie in cookies.Values)
                {
                    if ((!cookie.IsHostOnly || cookie.Domain == host) && (!cookie.IsSecure || isSecure)
                        && !cookie.IsExpired(now) && CookieParser.DomainMatches(host, cookie.Domain)
                        && CookieParser.PathMatches(url.AbsolutePath, cookie.Path))
                    {
                        found.Add(cookie);
                    }
                }
            }
        }

        // RFC 6265 5.4: longer paths first, then the older.
        return found.Count == 0
            ? null
            : string.Join("; ", found.OrderByDescending(x => x.Path.Length).ThenBy(x => x.Created)
                .Select(x => x.Name.Length == 0 ? x.Value : $"{x.Name}={x.Value}"));
    }

    /// <inheritdoc/>
    public void Set(Uri url, string field)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(field);
        if (CookieParser.Parse(url, field, _time.GetUtcNow()) is { } cookie)
            Put(cookie, mayOverlay: url.Scheme == "https");
    }

    private void Put(HttpCookie cookie, bool mayOverlay)
    {
        var now = _time.GetUtcNow();
        lock (_gate)
        {
            if (!_domains.TryGetValue(cookie.Domain, out var cookies))
                _domains[cookie.Domain] = cookies = [];
            var key = (cookie.Name, cookie.Path);
            if (cookies.TryGetValue(key, out var old))
            {
                // RFC 6265bis 5.7: without TLS nobody replaces what came by TLS.
                if (old.IsSecure && !mayOverlay)
                    return;
                cookie = cookie with { Created = old.Created };
                cookies.Remove(key);
                _count--;
            }

            if (!cookie.IsExpired(now))
            {
                cookies[key] = cookie;
                _count++;
                Bound(cookies, now);
            }

            if (cookies.Count == 0)
                _domains.Remove(cookie.Domain);
        }
    }

    private void Bound(Dictionary<(string, string), HttpCookie> cookies, DateTimeOffset now)
    {
        while (cookies.Count > maxCookiesPerDomain)
            Remove(cookies, First(cookies.Values, now));
        if (_count <= maxCookies)
            return;
        var oldest = First(_domains.Values.SelectMany(x => x.Values), now);
        var domain = _domains[oldest.Domain];
        Remove(domain, oldest);
        if (domain.Count == 0)
            _domains.Remove(oldest.Domain);
    }

    private void Remove(Dictionary<(string, string), HttpCookie> cookies, HttpCookie cookie)
    {
        if (cookies.Remove((cookie.Name, cookie.Path)))
            _count--;
    }

    private static HttpCookie First(IEnumerable<HttpCookie> cookies, DateTimeOffset now) =>
        cookies.MinBy(x => (!x.IsExpired(now), x.Created))!;

    private static string Above(string domain)
    {
        var dot = domain.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? "" : domain[(dot + 1)..];
    }
}
