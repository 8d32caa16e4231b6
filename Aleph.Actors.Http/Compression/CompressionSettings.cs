using System.IO.Compression;

namespace Aleph.Actors.Http;

/// <summary>What is compressed, and how.</summary>
public sealed record CompressionSettings
{
    /// <summary>The defaults.</summary>
    public static CompressionSettings Default { get; } = new();

    /// <summary>The codings offered; of those that a client likes equally, the first is used. Default br, gzip,
    /// deflate.</summary>
    public IReadOnlyList<HttpCodec> Codecs { get; init; } = [HttpCodec.Brotli, HttpCodec.Gzip, HttpCodec.Deflate];

    /// <summary>How hard to try. Default <see cref="CompressionLevel.Fastest"/>.</summary>
    public CompressionLevel Level { get; init; } = CompressionLevel.Fastest;

    /// <summary>The shortest content to compress, where its length is known, in bytes, at least 0. Default
    /// 1,024.</summary>
    public long MinimumSize { get; init; } = 1024;

    /// <summary>
    /// The media types to compress: a type, all of a kind (<c>text/*</c>), or all of a syntax (<c>*+json</c>). Default
    /// text, JSON, XML, JavaScript, SVG, WebAssembly.
    /// </summary>
    public IReadOnlyList<string> MediaTypes { get; init; } =
    [
        "text/*", "*+json", "*+xml", "application/json", "application/x-ndjson", "application/xml",
        "application/javascript", "application/wasm",
    ];

    /// <summary>What is wrong with these settings; empty when they are valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (MinimumSize < 0)
            faults.Add($"MinimumSize is {MinimumSize}; it must be at least 0");
        if (Codecs.Select(x => x.Name).Distinct().Count() < Codecs.Count)
            faults.Add($"Codecs is {string.Join(", ", Codecs)}; each coding may be there once");
        faults.AddRange(MediaTypes
            .Where(x => x.Any(char.IsAsciiLetterUpper) || x.Contains(';', StringComparison.Ordinal))
            .Select(x => $"MediaTypes has {x}; a media type is in lower case and without parameters"));
        return faults;
    }

    /// <summary>Whether content of a media type is compressed.</summary>
    /// <param name="essence">Type and subtype in lower case.</param>
    internal bool Includes(string essence)
    {
        foreach (var type in MediaTypes)
        {
            if (type.EndsWith("/*", StringComparison.Ordinal)
                ? essence.AsSpan().StartsWith(type.AsSpan(0, type.Length - 1))
                : type.StartsWith("*+", StringComparison.Ordinal) ? essence.AsSpan().EndsWith(type.AsSpan(1))
                : type == essence)
                return true;
        }

        return false;
    }
}
