using System.Globalization;

namespace Aleph.Actors.Http.Files;

/// <summary>
/// Whether a request with conditions gets the representation, 304 or 412 (RFC 9110 13). Pure; for GET and HEAD.
/// </summary>
internal static class HttpConditions
{
    private static readonly string[] Formats =
        ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'", "ddd MMM d HH:mm:ss yyyy", "ddd MMM  d HH:mm:ss yyyy"];

    /// <summary>The status to answer with instead of the content; null to go on. In the order of 13.2.2.</summary>
    public static HttpStatus? Check(HttpHeaders headers, string etag, DateTimeOffset modified)
    {
        if (headers["If-Match"] is { } match)
        {
            if (!Lists(match, etag, weak: false))
                return 412;
        }
        else if (Date(headers["If-Unmodified-Since"]) is { } unmodified && modified > unmodified)
        {
            return 412;
        }

        if (headers["If-None-Match"] is { } none)
            return Lists(none, etag, weak: true) ? 304 : null;
        return Date(headers["If-Modified-Since"]) is { } since && modified <= since ? 304 : null;
    }

    /// <summary>Whether a Range field counts: there is no If-Range, or it names this representation (13.1.5).</summary>
    public static bool RangeCounts(HttpHeaders headers, string etag, DateTimeOffset modified) =>
        headers["If-Range"] is not { } condition || condition == etag || Date(condition) == modified;

    /// <summary>The time as fields tell it: without fractions of a second.</summary>
    public static DateTimeOffset Seconds(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);

    private static DateTimeOffset? Date(string? value) =>
        DateTimeOffset.TryParseExact(
            value, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
            ? date
            : null;

    private static bool Lists(string field, string etag, bool weak)
    {
        foreach (var range in field.AsSpan().Split(','))
        {
            // Our tags hold no comma, so one that does is cut in two and equals none.
            var tag = field.AsSpan()[range].Trim(" \t");
            if (weak && tag.StartsWith("W/"))
                tag = tag[2..];
            if (tag is "*" || tag.SequenceEqual(etag))
                return true;
        }

        return false;
    }
}
