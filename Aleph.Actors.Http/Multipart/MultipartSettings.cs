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

    /// <summary>What is wrong with these settings; empty when they are valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        Check(faults, nameof(MaxParts), MaxParts, 1, int.MaxValue);
        Check(faults, nameof(MaxHeaderBytes), MaxHeaderBytes, 1, 1024 * 1024);
        Check(faults, nameof(MaxHeaderCount), MaxHeaderCount, 1, 1000);
        Check(faults, nameof(MaxPartSize), MaxPartSize ?? 0, 0, long.MaxValue);
        Check(faults, nameof(MaxTotalSize), MaxTotalSize ?? 0, 0, long.MaxValue);
        Check(faults, nameof(MaxFieldBytes), MaxFieldBytes, 0, long.MaxValue);
        Check(faults, nameof(MemoryThreshold), MemoryThreshold, 0, int.MaxValue);
        return faults;
    }

    private static void Check(List<string> faults, string name, long value, long least, long most)
    {
        if (value < least || value > most)
            faults.Add($"{name} is {value}; it must be {least} to {most}");
    }
}
