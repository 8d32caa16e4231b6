namespace Aleph.Actors.Http;

/// <summary>
/// The formats that somebody speaks, by media type: servers and clients look them up in it. Immutable; the first
/// format is the one that is preferred when nobody asks for another.
/// </summary>
public sealed class HttpBodyFormats
{
    private readonly HttpBodyFormat[] _formats;

    private HttpBodyFormats(HttpBodyFormat[] formats) => _formats = formats;

    /// <summary>Makes a registry.</summary>
    /// <param name="formats">At least one, in order of preference.</param>
    public static HttpBodyFormats Of(params ReadOnlySpan<HttpBodyFormat> formats)
    {
        if (formats.IsEmpty)
            throw new ArgumentException("A registry needs at least one format.", nameof(formats));
        return new([.. formats]);
    }

    /// <summary>This registry and one more format, the last in preference.</summary>
    public HttpBodyFormats With(HttpBodyFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        return new([.. _formats, format]);
    }

    /// <summary>The first format that reads a media type; null where none does.</summary>
    /// <param name="contentType">The value of a Content-Type field, or null.</param>
    public HttpBodyFormat? ForContent(string? contentType)
    {
        var essence = MediaType.Parse(contentType).Essence;
        return Array.Find(_formats, x => essence.Length > 0 && x.Reads(essence));
    }

    /// <summary>
    /// The format that an Accept field prefers, by its q-values and then by our order; null where it accepts none
    /// (RFC 9110 12.5.1).
    /// </summary>
    /// <param name="accept">The value of an Accept field, or null: anything.</param>
    public HttpBodyFormat? ForAccept(string? accept)
    {
        if (string.IsNullOrWhiteSpace(accept))
            return _formats[0];
        var ranges = QualityList.Parse(accept);
        var (best, bestQuality) = ((HttpBodyFormat?)null, 0);
        foreach (var format in _formats)
        {
            var quality = QualityOf(ranges, MediaType.Parse(format.MediaType).Essence);
            if (quality > bestQuality)
                (best, bestQuality) = (format, quality);
        }

        return best;
    }

    /// <summary>The most specific range decides: the type itself, then type/*, then */*.</summary>
    private static int QualityOf(QualityList ranges, string essence)
    {
        var slash = essence.IndexOf('/', StringComparison.Ordinal);
        return ranges.Find(essence) ?? ranges.Find(essence[..(slash + 1)] + "*") ?? ranges.Find("*/*") ?? 0;
    }
}
