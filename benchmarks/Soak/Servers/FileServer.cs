using Aleph.Actors.Http;

namespace Soak.Servers;

/// <summary>
/// A folder of files whose names tell their content: <c>SEED-LENGTH.bin</c>, and <c>.txt</c> for text. As they are
/// below /files, and compressed below /packed for who accepts it.
/// </summary>
internal static class FileServer
{
    private const int LongestFile = 300 * 1024;

    /// <summary>From what is not worth compressing to what is sent in many pieces.</summary>
    public static IReadOnlyList<(long Seed, int Length)> Files { get; } =
        [.. Enumerable.Range(0, 12).Select(file => ((long)file, file * file * LongestFile / (11 * 11) + 1))];

    /// <summary>Writes the files, and mounts them.</summary>
    public static HttpRoutes MountFiles(this HttpRoutes routes, DirectoryInfo folder)
    {
        foreach (var (seed, length) in Files)
        {
            File.WriteAllBytes(Path.Combine(folder.FullName, $"{seed}-{length}.bin"), Payload.Bytes(seed, length));
            File.WriteAllText(Path.Combine(folder.FullName, $"{seed}-{length}.txt"), Payload.Text(seed, length));
        }

        var files = StaticFiles.Of(folder.FullName);
        return routes.Mount("/files", files).Mount("/packed", files, CompressionMiddleware.Compress());
    }
}
