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

    /// <summary>The most codings one over another; more give 415. At least 1. Default 1.</summary>
    public int MaxCodings { get; init; } = 1;

    /// <summary>What is wrong with these settings; empty when they are valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        if (MaxSize < 0)
            faults.Add($"MaxSize is {MaxSize}; it must be at least 0");
        if (!(MaxRatio >= 1))
            faults.Add($"MaxRatio is {MaxRatio}; it must be at least 1");
        if (MaxCodings < 1)
            faults.Add($"MaxCodings is {MaxCodings}; it must be at least 1");
        return faults;
    }
}
