using Akka.Configuration;
using Aleph.Actors.Http.Middleware;

namespace Aleph.Actors.Http;

/// <summary>How much of a multipart request is taken. What passes a limit fails with 413.</summary>
public sealed record MultipartSettings
{
    /// <summary>The defaults.</summary>
    public static MultipartSettings Default { get; } = new();

    /// <summary>The most parts. At least 1. Default 1,000.</summary>
    public int MaxParts { get; init; } = 1000;

    /// <summary>The most bytes of all header lines of a part. 1 to 1,048,576. Default 8 KiB.</summary>
    public int MaxHeaderBytes { get; init; } = 8 * 1024;

    /// <summary>The most header lines of a part. 1 to 1,000. Default 16.</summary>
    public int MaxHeaderCount { get; init; } = 16;

    /// <summary>The most bytes of one part's content; null for no limit. At least 0. Default 30,000,000.</summary>
    public long? MaxPartSize { get; init; } = 30_000_000;

    /// <summary>The most bytes of the request's content; null for no more than the connection's own limit. At least 0.
    /// Default null.</summary>
    public long? MaxTotalSize { get; init; }

    /// <summary>The most bytes of all fields that are not files, when a form is read as a whole. At least 0. Default
    /// 1 MiB.</summary>
    public long MaxFieldBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// How many bytes of files are kept in memory when a form is read as a whole; a file that would pass it goes to a
    /// temporary file. At least 0. Default 64 KiB.
    /// </summary>
    public int MemoryThreshold { get; init; } = 64 * 1024;

    /// <summary>Where temporary files are made. Default the system's folder for them.</summary>
    public string TemporaryFolder { get; init; } = Path.GetTempPath();

    /// <summary>Reads the section <c>aleph.http.multipart</c>, and the defaults where it is silent.</summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static MultipartSettings FromConfig(Config config) =>
        HttpFeatureReader.Multipart(HttpFeatureReader.Section(config, "multipart"));

    /// <summary>What is wrong with these settings; empty when they are valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new SettingsFaults("aleph.http.multipart");
        faults.Between("max-parts", MaxParts, 1, int.MaxValue);
        faults.Between("max-header-bytes", MaxHeaderBytes, 1, 1 << 20);
        faults.Between("max-header-count", MaxHeaderCount, 1, 1000);
        faults.AtLeast("max-part-size", MaxPartSize, 0);
        faults.AtLeast("max-total-size", MaxTotalSize, 0);
        faults.Between("max-field-bytes", MaxFieldBytes, 0, long.MaxValue);
        faults.Between("memory-threshold", MemoryThreshold, 0, int.MaxValue);
        if (TemporaryFolder.Length == 0)
            faults.Add("temporary-folder", "empty", "it must be a folder");
        return faults.All;
    }
}
