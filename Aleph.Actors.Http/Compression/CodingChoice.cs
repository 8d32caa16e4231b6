namespace Aleph.Actors.Http.Compression;

/// <summary>Chooses a coding by an Accept-Encoding field (RFC 9110 12.5.3).</summary>
internal static class CodingChoice
{
    /// <summary>
    /// The codec of the highest weight, the first of those with the same; null for none. One that is not offered is
    /// never chosen, and without the field the content is sent as it is.
    /// </summary>
    public static HttpCodec? Choose(string? acceptEncoding, IReadOnlyList<HttpCodec> offered)
    {
        if (string.IsNullOrWhiteSpace(acceptEncoding))
            return null;
        var accepted = QualityList.Parse(acceptEncoding);
        HttpCodec? best = null;
        var bestQuality = 0;
        foreach (var codec in offered)
        {
            var quality = accepted.Find(codec.Name)
                ?? (codec.Name == "gzip" ? accepted.Find("x-gzip") : null) ?? accepted.Find("*") ?? 0;
            if (quality > bestQuality)
                (best, bestQuality) = (codec, quality);
        }

        // Who prefers the content as it is says so by name.
        return accepted.Find("identity") > bestQuality ? null : best;
    }
}
