namespace Aleph.Actors.Tests.Support;

/// <summary>The working tree that the running tests were built from.</summary>
internal static class Repository
{
    private static readonly char[] Separators = ['/', '\\'];
    private static readonly HashSet<string> Generated =
        new(["bin", "obj", ".git", ".vs", "TestResults", "artifacts", "node_modules", "BenchmarkDotNet.Artifacts"]);

    /// <summary>The folder of Aleph.Actors.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>
    /// Files of the tree, generated ones left out, as paths below <see cref="Root"/> with forward slashes.
    /// </summary>
    /// <param name="extension">With the dot, as in ".cs".</param>
    /// <param name="folder">Only those below this folder.</param>
    public static IEnumerable<string> Files(string extension, string folder = "")
    {
        var start = Path.Combine(Root, folder);
        if (!Directory.Exists(start))
            return [];
        return Directory.EnumerateFiles(start, "*" + extension, SearchOption.AllDirectories)
            .Select(x => Path.GetRelativePath(Root, x).Replace('\\', '/'))
            .Where(x => !x.Split(Separators).Any(Generated.Contains))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>The lines of a file named as <see cref="Files"/> does.</summary>
    public static string[] Lines(string path) => File.ReadAllLines(Path.Combine(Root, path));

    /// <summary>The text of a file named as <see cref="Files"/> does.</summary>
    public static string Text(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Aleph.Actors.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No Aleph.Actors.sln above {AppContext.BaseDirectory}.");
    }
}
