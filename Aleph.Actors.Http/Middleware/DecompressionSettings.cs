using Akka.Configuration;
using Aleph.Actors.Http.Middleware;

namespace Aleph.Actors.Http;

/// <summary>Which compressed requests are taken.</summary>
public sealed record DecompressionSettings
{
    /// <summary>The defaults.</summary>
    public static DecompressionSettings Default { get; } = new();

    /// <summary>The codings that are understood. Default br, gzip, deflate.</summary>
    public IReadOnlyList<HttpCodec> Codecs { get; init; } = [HttpCodec.Brotli, HttpCodec.Gzip, HttpCodec.Deflate];

    /// <summary>The most bytes after decoding; more give 413. At least 0. Default 30,000,000.</summary>
    public long MaxSize { get; init; } = 30_000_000;

    /// <summary>
    /// The most bytes that one byte of a request may become, looked at after the first 64 KiB; more give 413. At least
    /// 1. Default 100.
    /// </summary>
    public double MaxRatio { get; init; } = 100;

    /// <summary>The most codings one over another; more give 415. 1 to 100. Default 1.</summary>
    public int MaxCodings { get; init; } = 1;

    /// <summary>Reads the section <c>aleph.http.decompression</c>, and the defaults where it is silent.</summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static DecompressionSettings FromConfig(Config config) =>
        HttpFeatureReader.Decompression(HttpFeatureReader.Section(config, "decompression"));

    /// <summary>What is wrong with these settings; empty when they are valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new SettingsFaults("aleph.http.decompression");
        if (Codecs.Select(x => x.Name).Distinct().Count() < Codecs.Count)
            faults.Add("codings", string.Join(", ", Codecs), "each coding may be there once");
        faults.Between("max-size", MaxSize, 0, long.MaxValue);
        if (!(MaxRatio >= 1))
            faults.Add("max-ratio", MaxRatio, "it must be at least 1");
        faults.Between("max-codings", MaxCodings, 1, 100);
        return faults.All;
    }
}
