using System.Globalization;

namespace Aleph.Actors.Http.Client.Cache;

/// <summary>Cache-Control of a request or an answer (RFC 9111 5.2), as far as a private cache cares.</summary>
internal sealed class CacheDirectives
{
    /// <summary>Longer times cannot be told from this one (RFC 9111 1.2.2).</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(int.MaxValue);

    private readonly Dictionary<string, string?> _all = new(StringComparer.OrdinalIgnoreCase);

    private CacheDirectives(string? value)
    {
        foreach (var item in Split(value ?? ""))
        {
            var equals = item.IndexOf('=', StringComparison.Ordinal);
            var name = (equals < 0 ? item : item[..equals]).Trim();
            if (name.Length > 0)
                _all.TryAdd(name, equals < 0 ? null : item[(equals + 1)..].Trim().Trim('"'));
        }
    }

    /// <summary>Whether it must not be kept.</summary>
    public bool NoStore => _all.ContainsKey("no-store");

    /// <summary>Whether it must be confirmed each time; also where that is said of some fields only.</summary>
    public bool NoCache => _all.ContainsKey("no-cache");

    /// <summary>Whether it must not be used stale.</summary>
    public bool MustRevalidate => _all.ContainsKey("must-revalidate");

    /// <summary>Whether <see cref="NoStore"/> is only for caches that do not know the status.</summary>
    public bool MustUnderstand => _all.ContainsKey("must-understand");

    /// <summary>Whether it may be kept whatever its status is.</summary>
    public bool Public => _all.ContainsKey("public");

    /// <summary>Whether no server may be asked.</summary>
    public bool OnlyIfCached => _all.ContainsKey("only-if-cached");

    /// <summary>How old it may be.</summary>
    public TimeSpan? MaxAge => Seconds("max-age");

    /// <summary>How long it must still be fresh.</summary>
    public TimeSpan? MinFresh => Seconds("min-fresh");

    /// <summary>How stale it may be; without a number any.</summary>
    public TimeSpan? MaxStale => _all.TryGetValue("max-stale", out var text) && text is null
        ? Longest
        : Seconds("max-stale");

    /// <summary>How stale it may be where the server fails (RFC 5861 4).</summary>
    public TimeSpan? StaleIfError => Seconds("stale-if-error");

    /// <summary>How stale it may be while it is refreshed (RFC 5861 3).</summary>
    public TimeSpan? StaleWhileRevalidate => Seconds("stale-while-revalidate");

    public static CacheDirectives OfRequest(HttpHeaders headers) => new(
        headers["Cache-Control"]
        ?? (headers["Pragma"]?.Contains("no-cache", StringComparison.OrdinalIgnoreCase) == true ? "no-cache" : null));

    public static CacheDirectives OfResponse(HttpHeaders headers) => new(headers["Cache-Control"]);

    // What cannot be read counts as no time at all: rather asked once too often.
    private TimeSpan? Seconds(string name)
    {
        if (!_all.TryGetValue(name, out var text))
            return null;
        if (string.IsNullOrEmpty(text) || text.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return TimeSpan.Zero;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds < int.MaxValue ? TimeSpan.FromSeconds(seconds) : Longest;
    }

    // A comma within quotes separates nothing.
    private static IEnumerable<string> Split(string value)
    {
        var begin = 0;
        var isQuoted = false;
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '"')
                isQuoted = !isQuoted;
            if (value[i] != ',' || isQuoted)
                continue;
            yield return value[begin..i];
            begin = i + 1;
        }

        yield return value[begin..];
    }
}
