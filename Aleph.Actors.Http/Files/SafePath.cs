using System.Buffers;

namespace Aleph.Actors.Http.Files;

/// <summary>
/// Turns the path of a request into one below a folder, or refuses it. The same paths are refused on every system, so
/// that what was tested on one is safe on the other.
/// </summary>
internal static class SafePath
{
    // Separators, drives and streams, wildcards, and what no file name may hold on Windows.
    private static readonly SearchValues<char> Forbidden =
        SearchValues.Create([.. Enumerable.Range(0, 32).Select(x => (char)x), .. "\\:*?\"<>|\x7f"]);

    private static readonly HashSet<string> Devices = new(
        ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", .. Numbered("COM"), .. Numbered("LPT")],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The path below the folder; null for one that is refused.</summary>
    /// <param name="root">The folder, absolute, without separator at its end.</param>
    /// <param name="path">The decoded path of a request.</param>
    /// <param name="settings">What is served.</param>
    public static string? Resolve(string root, string path, StaticFilesSettings settings)
    {
        if (!path.StartsWith('/'))
            return null;
        var resolved = root;
        var segments = path[1..].Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i].Length == 0 && i == segments.Length - 1)
                break;
            if (!IsName(segments[i], settings.HiddenFiles))
                return null;
            resolved = Path.Combine(resolved, segments[i]);
            if (!settings.FollowLinks && IsLink(resolved))
                return null;
        }

        return resolved;
    }

    /// <summary>Whether a segment can only be the name of a file in a folder.</summary>
    public static bool IsName(string segment, bool hidden)
    {
        if (segment.Length == 0 || segment.AsSpan().ContainsAny(Forbidden) || segment[^1] is '.' or ' ')
            return false;
        if (segment.Contains("%2f", StringComparison.OrdinalIgnoreCase))
            return false;
        if (segment[0] == '.' && !hidden && segment != ".well-known")
            return false;
        var dot = segment.IndexOf('.', StringComparison.Ordinal);
        return !Devices.Contains((dot < 0 ? segment : segment[..dot]).TrimEnd());
    }

    private static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

    // Windows takes superscript digits for digits here.
    private static IEnumerable<string> Numbered(string name) => "0123456789\u00b9\u00b2\u00b3".Select(x => name + x);
}
