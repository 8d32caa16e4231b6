using System.Collections.Frozen;

namespace Aleph.Actors.Http;

/// <summary>Which media type a file has by the end of its name. Immutable; case does not matter.</summary>
public sealed class ContentTypes
{
    private readonly FrozenDictionary<string, string> _types;

    private ContentTypes(FrozenDictionary<string, string> types) => _types = types;

    /// <summary>The types of the usual files of the web; text is UTF-8.</summary>
    public static ContentTypes Default { get; } = new(
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            [".html"] = "text/html; charset=utf-8",
            [".htm"] = "text/html; charset=utf-8",
            [".css"] = "text/css; charset=utf-8",
            [".js"] = "text/javascript; charset=utf-8",
            [".mjs"] = "text/javascript; charset=utf-8",
            [".txt"] = "text/plain; charset=utf-8",
            [".md"] = "text/markdown; charset=utf-8",
            [".csv"] = "text/csv; charset=utf-8",
            [".xml"] = "application/xml",
            [".json"] = "application/json",
            [".map"] = "application/json",
            [".webmanifest"] = "application/manifest+json",
            [".pdf"] = "application/pdf",
            [".zip"] = "application/zip",
            [".gz"] = "application/gzip",
            [".wasm"] = "application/wasm",
            [".ico"] = "image/x-icon",
            [".png"] = "image/png",
            [".jpg"] = "image/jpeg",
            [".jpeg"] = "image/jpeg",
            [".gif"] = "image/gif",
            [".svg"] = "image/svg+xml",
            [".webp"] = "image/webp",
            [".avif"] = "image/avif",
            [".mp3"] = "audio/mpeg",
            [".ogg"] = "audio/ogg",
            [".wav"] = "audio/wav",
            [".mp4"] = "video/mp4",
            [".webm"] = "video/webm",
            [".ttf"] = "font/ttf",
            [".otf"] = "font/otf",
            [".woff"] = "font/woff",
            [".woff2"] = "font/woff2",
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase));

    /// <summary>These types and another.</summary>
    /// <param name="extension">With its dot, as in <c>.txt</c>.</param>
    /// <param name="mediaType">The value of the Content-Type field.</param>
    public ContentTypes With(string extension, string mediaType)
    {
        ArgumentNullException.ThrowIfNull(extension);
        var checkedType = FieldSyntax.Checked("Content-Type", mediaType).Value;
        if (!extension.StartsWith('.'))
            throw new ArgumentException($"The extension \"{extension}\" does not begin with a dot.", nameof(extension));
        var types = new Dictionary<string, string>(_types, StringComparer.OrdinalIgnoreCase)
        {
            [extension] = checkedType,
        };
        return new(types.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>The type of a file; <c>application/octet-stream</c> where the end of its name is not known.</summary>
    public string Of(string path) => _types.GetValueOrDefault(Path.GetExtension(path), "application/octet-stream");
}
