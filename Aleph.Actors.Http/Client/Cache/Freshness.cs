using System.Globalization;

namespace Aleph.Actors.Http.Client.Cache;

/// <summary>What a cache may do with an answer that it has.</summary>
internal enum CacheUse
{
    /// <summary>Give it.</summary>
    Fresh,

    /// <summary>Give it though it is stale: the request takes that.</summary>
    Stale,

    /// <summary>Give it though it is stale, and refresh it meanwhile.</summary>
    Refresh,

    /// <summary>Ask the server whether it still holds.</summary>
    Validate,
}

/// <summary>How old an answer is and how old it may become (RFC 9111 4.2). Pure: the caller says what time it is.
/// </summary>
internal static class Freshness
{
    // RFC 9110 5.6.7: the first is sent, all are read.
    private static readonly string[] DateFormats =
        ["ddd, dd MMM yyyy HH:mm:ss 'GMT'", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy",
            "ddd MMM  d HH:mm:ss yyyy"];

    /// <summary>What may be done with an answer.</summary>
    public static CacheUse Decide(
        CacheDirectives request, HttpCacheEntry entry, HttpCacheSettings settings, DateTimeOffset now)
    {
        var response = CacheDirectives.OfResponse(entry.Headers);
        if (request.NoCache || response.NoCache)
            return CacheUse.Validate;
        var age = Age(entry, now);
        if (age > request.MaxAge)
            return CacheUse.Validate;
        var left = Lifetime(entry, settings) - age;
        if (left > TimeSpan.Zero)
            return request.MinFresh is null || left >= request.MinFresh ? CacheUse.Fresh : CacheUse.Validate;
        if (response.MustRevalidate || request.MinFresh is not null)
            return CacheUse.Validate;
        if (-left <= request.MaxStale)
            return CacheUse.Stale;
        return -left <= response.StaleWhileRevalidate ? CacheUse.Refresh : CacheUse.Validate;
    }

    /// <summary>Whether an answer may be given because the server fails (RFC 5861 4).</summary>
    public static bool HelpsOnError(
        CacheDirectives request, HttpCacheEntry entry, HttpCacheSettings settings, DateTimeOffset now)
    {
        var response = CacheDirectives.OfResponse(entry.Headers);
        return !request.NoCache && !response.NoCache && !response.MustRevalidate
            && Age(entry, now) - Lifetime(entry, settings) <= (request.StaleIfError ?? response.StaleIfError);
    }

    /// <summary>How long ago the origin made the answer (RFC 9111 4.2.3).</summary>
    public static TimeSpan Age(HttpCacheEntry entry, DateTimeOffset now)
    {
        var told = long.TryParse(
            entry.Headers["Age"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Min(seconds, int.MaxValue))
            : TimeSpan.Zero;
        var apparent = entry.ReceivedAt - (Date(entry.Headers["Date"]) ?? entry.ReceivedAt);
        var corrected = told + (entry.ReceivedAt - entry.RequestedAt);
        var initial = corrected > apparent ? corrected : apparent;
        var age = initial + (now - entry.ReceivedAt);
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }

    /// <summary>How old the answer may become (RFC 9111 4.2.1): s-maxage is not for a private cache.</summary>
    public static TimeSpan Lifetime(HttpCacheEntry entry, HttpCacheSettings settings)
    {
        var headers = entry.Headers;
        var directives = CacheDirectives.OfResponse(headers);
        if (directives.MaxAge is { } maxAge)
            return maxAge;
        var date = Date(headers["Date"]) ?? entry.ReceivedAt;
        if (headers["Expires"] is { } expires)
            return Date(expires) is { } end && end > date ? end - date : TimeSpan.Zero;
        if (Date(headers["Last-Modified"]) is not { } modified || modified >= date
            || !(directives.Public || Storing.IsHeuristic(entry.Status.Code)))
        {
            return TimeSpan.Zero;
        }

        var guess = (date - modified) * settings.HeuristicFraction;
        return guess < settings.MaxHeuristicLifetime ? guess : settings.MaxHeuristicLifetime;
    }

    /// <summary>A date of the wire; null where it is none.</summary>
    public static DateTimeOffset? Date(string? text) => DateTimeOffset.TryParseExact(
        text, DateFormats, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date) ? date : null;
}
