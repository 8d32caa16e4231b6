using System.Globalization;
using System.IO.Compression;
using System.Net;
using Akka.Configuration;

namespace Aleph.Actors.Http.Middleware;

/// <summary>
/// Reads the settings of files, compression, uploads and middleware from HOCON. Ranges are the records' own business.
/// </summary>
internal static class HttpFeatureReader
{
    /// <summary>One section below <c>aleph.http</c>, with our defaults beneath.</summary>
    public static Config Section(Config config, string name) =>
        CheckedConfig.Over(config, HttpConfig.Reference, "aleph.http").GetConfig("aleph.http." + name);

    public static StaticFilesSettings StaticFiles(Config section) => new()
    {
        IndexFiles = List(section, "index-files"),
        Precompressed = section.GetBoolean("precompressed"),
        ListFolders = section.GetBoolean("list-folders"),
        HiddenFiles = section.GetBoolean("hidden-files"),
        FollowLinks = section.GetBoolean("follow-links"),
        CacheControl = Text(section, "cache-control"),
    };

    public static CompressionSettings Compression(Config section) => new()
    {
        Codecs = Codecs(section, "compression"),
        Level = section.GetString("level") switch
        {
            "fastest" => CompressionLevel.Fastest,
            "optimal" => CompressionLevel.Optimal,
            "smallest" => CompressionLevel.SmallestSize,
            "none" => CompressionLevel.NoCompression,
            var other => throw Unreadable("compression.level", other, "fastest, optimal, smallest or none"),
        },
        MinimumSize = Size(section, "compression", "minimum-size"),
        MediaTypes = List(section, "media-types"),
    };

    public static DecompressionSettings Decompression(Config section) => new()
    {
        Codecs = Codecs(section, "decompression"),
        MaxSize = Size(section, "decompression", "max-size"),
        MaxRatio = section.GetDouble("max-ratio"),
        MaxCodings = section.GetInt("max-codings"),
    };

    public static MultipartSettings Multipart(Config section) => new()
    {
        MaxParts = section.GetInt("max-parts"),
        MaxHeaderBytes = (int)Math.Min(int.MaxValue, Size(section, "multipart", "max-header-bytes")),
        MaxHeaderCount = section.GetInt("max-header-count"),
        MaxPartSize = Limit(section, "max-part-size"),
        MaxTotalSize = Limit(section, "max-total-size"),
        MaxFieldBytes = Size(section, "multipart", "max-field-bytes"),
        MemoryThreshold = (int)Math.Min(int.MaxValue, Size(section, "multipart", "memory-threshold")),
        TemporaryFolder = Text(section, "temporary-folder") ?? Path.GetTempPath(),
    };

    public static CorsSettings Cors(Config section) => new()
    {
        Origins = List(section, "origins"),
        Methods = List(section, "methods"),
        Headers = List(section, "headers"),
        ExposedHeaders = List(section, "exposed-headers"),
        Credentials = section.GetBoolean("credentials"),
        MaxAge = section.GetString("max-age") == "unset" ? null : section.GetTimeSpan("max-age"),
    };

    public static ForwardedHeadersSettings ForwardedHeaders(Config section) => new()
    {
        TrustedProxies =
        [
            .. List(section, "trusted-proxies").Select(x => IPNetwork.TryParse(x, out var network)
                ? network
                : throw Unreadable("forwarded-headers.trusted-proxies", x, "networks such as 10.0.0.0/8")),
        ],
        MaxHops = section.GetInt("max-hops"),
        UseHost = section.GetBoolean("use-host"),
    };

    private static string[] List(Config section, string key) => [.. section.GetStringList(key)];

    private static string? Text(Config section, string key) =>
        section.GetString(key) is { Length: > 0 } text ? text : null;

    private static HttpCodec[] Codecs(Config section, string name) =>
    [
        .. List(section, "codings").Select(x => x switch
        {
            "br" => HttpCodec.Brotli,
            "gzip" => HttpCodec.Gzip,
            "deflate" => HttpCodec.Deflate,
            _ => throw Unreadable(name + ".codings", x, "br, gzip or deflate; others are added in code"),
        }),
    ];

    private static long Size(Config section, string name, string key) => section.GetByteSize(key, null)
        ?? throw Unreadable($"{name}.{key}", section.GetString(key), "a size such as 8KiB");

    private static long? Limit(Config section, string key)
    {
        var text = section.GetString(key);
        return text == "infinite" ? null
            : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var bytes) ? bytes
            : Size(section, "multipart", key);
    }

    private static ConfigurationException Unreadable(string key, string? value, string allowed) =>
        new($"aleph.http.{key} is {value}; it must be {allowed}");
}
