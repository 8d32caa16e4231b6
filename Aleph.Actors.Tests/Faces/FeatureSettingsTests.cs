using System.Collections;
using System.Reflection;
using Akka.Configuration;
using Aleph.Actors.Http;
using Xunit;

namespace Aleph.Actors.Tests.Faces;

/// <summary>Files, compression, uploads and middleware: records and hocon/aleph.http.conf say the same.</summary>
public sealed class FeatureSettingsTests
{
    public static TheoryData<object, object> Defaults() => new()
    {
        { StaticFilesSettings.Default, StaticFilesSettings.FromConfig(Config.Empty) },
        { CompressionSettings.Default, CompressionSettings.FromConfig(Config.Empty) },
        { DecompressionSettings.Default, DecompressionSettings.FromConfig(Config.Empty) },
        { MultipartSettings.Default, MultipartSettings.FromConfig(Config.Empty) },
        { CorsSettings.Default, CorsSettings.FromConfig(Config.Empty) },
        { ForwardedHeadersSettings.Default, ForwardedHeadersSettings.FromConfig(Config.Empty) },
    };

    public static TheoryData<string, string> Keys() => new()
    {
        { "static-files.index-files = [a, b]", "IndexFiles = a,b" },
        { "static-files.precompressed = off", "Precompressed = False" },
        { "static-files.list-folders = on", "ListFolders = True" },
        { "static-files.hidden-files = on", "HiddenFiles = True" },
        { "static-files.follow-links = on", "FollowLinks = True" },
        { "static-files.cache-control = \"max-age=60\"", "CacheControl = max-age=60" },
        { "compression.codings = [gzip]", "Codecs = gzip" },
        { "compression.level = smallest", "Level = SmallestSize" },
        { "compression.minimum-size = 0b", "MinimumSize = 0" },
        { "compression.media-types = [text/plain]", "MediaTypes = text/plain" },
        { "decompression.codings = []", "Codecs = " },
        { "decompression.max-size = 1MiB", "MaxSize = 1048576" },
        { "decompression.max-ratio = 2.5", "MaxRatio = 2.5" },
        { "decompression.max-codings = 2", "MaxCodings = 2" },
        { "multipart.max-parts = 2", "MaxParts = 2" },
        { "multipart.max-header-bytes = 1KiB", "MaxHeaderBytes = 1024" },
        { "multipart.max-header-count = 3", "MaxHeaderCount = 3" },
        { "multipart.max-part-size = infinite", "MaxPartSize = " },
        { "multipart.max-total-size = 5000000000", "MaxTotalSize = 5000000000" },
        { "multipart.max-field-bytes = 1KiB", "MaxFieldBytes = 1024" },
        { "multipart.memory-threshold = 0b", "MemoryThreshold = 0" },
        { "multipart.temporary-folder = /x", "TemporaryFolder = /x" },
        { "cors.origins = [\"https://a.example\"]", "Origins = https://a.example" },
        { "cors.methods = [PUT]", "Methods = PUT" },
        { "cors.headers = [X-A]", "Headers = X-A" },
        { "cors.exposed-headers = [X-B]", "ExposedHeaders = X-B" },
        { "cors.credentials = on", "Credentials = True" },
        { "cors.max-age = 1m", "MaxAge = 00:01:00" },
        { "forwarded-headers.trusted-proxies = [\"10.0.0.0/8\"]", "TrustedProxies = 10.0.0.0/8" },
        { "forwarded-headers.max-hops = 2", "MaxHops = 2" },
        { "forwarded-headers.use-host = on", "UseHost = True" },
    };

    [Theory]
    [MemberData(nameof(Defaults))]
    public void Reference_configuration_says_the_same_as_the_defaults(object code, object file)
    {
        Assert.Equal(Lines(code), Lines(file));
        Assert.Empty((IReadOnlyList<string>)code.GetType().GetMethod("Validate")!.Invoke(code, null)!);
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Every_key_reaches_its_record(string key, string line)
    {
        var config = ConfigurationFactory.ParseString("aleph.http." + key);
        var (record, before) = Of(key[..key.IndexOf('.', StringComparison.Ordinal)], config);
        Assert.Equal([line], Lines(record).Except(Lines(before)));
    }

    [Fact]
    public void Every_property_but_the_types_of_files_has_a_key()
    {
        var tested = Keys().Select(x => (string)x[1]).Select(x => x[..x.IndexOf(' ', StringComparison.Ordinal)]);
        var all = Defaults().SelectMany(x => Lines(x[0])).Select(x => x[..x.IndexOf(' ', StringComparison.Ordinal)]);
        Assert.Equal(
            all.Except(["ContentTypes"]).Distinct().Order(), tested.Distinct().Order());
    }

    [Theory]
    [InlineData("compression.level = best", "aleph.http.compression.level is best")]
    [InlineData("compression.codings = [zstd]", "aleph.http.compression.codings is zstd")]
    [InlineData("forwarded-headers.trusted-proxies = [x]", "aleph.http.forwarded-headers.trusted-proxies is x")]
    public void Unreadable_values_are_named(string key, string text)
    {
        var section = key[..key.IndexOf('.', StringComparison.Ordinal)];
        var fault = Assert.Throws<ConfigurationException>(
            () => Of(section, ConfigurationFactory.ParseString("aleph.http." + key)));
        Assert.StartsWith(text, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Faults_are_named_with_key_value_and_range()
    {
        Assert.Equal(
            [
                @"aleph.http.static-files.cache-control is \u000D\u000A; it must hold visible characters and " +
                "spaces only",
                "aleph.http.static-files.index-files is a/b; each must be the name of a file",
            ],
            new StaticFilesSettings { CacheControl = "\r\n", IndexFiles = ["a/b"] }.Validate());
        Assert.Equal(
            ["aleph.http.multipart.max-parts is 0; it must be between 1 and 2147483647"],
            new MultipartSettings { MaxParts = 0 }.Validate());
        Assert.Equal(
            ["aleph.http.forwarded-headers.max-hops is 101; it must be between 1 and 100"],
            new ForwardedHeadersSettings { MaxHops = 101 }.Validate());
    }

    private static (object Record, object Default) Of(string section, Config config) => section switch
    {
        "static-files" => (StaticFilesSettings.FromConfig(config), StaticFilesSettings.Default),
        "compression" => (CompressionSettings.FromConfig(config), CompressionSettings.Default),
        "decompression" => (DecompressionSettings.FromConfig(config), DecompressionSettings.Default),
        "multipart" => (MultipartSettings.FromConfig(config), MultipartSettings.Default),
        "cors" => (CorsSettings.FromConfig(config), CorsSettings.Default),
        _ => (ForwardedHeadersSettings.FromConfig(config), ForwardedHeadersSettings.Default),
    };

    private static string[] Lines(object record) =>
    [
        .. record.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(x => $"{x.Name} = {Text(x.GetValue(record))}"),
    ];

    private static string Text(object? value) => value is IEnumerable list and not string
        ? string.Join(',', list.Cast<object>())
        : FormattableString.Invariant($"{value}");
}
