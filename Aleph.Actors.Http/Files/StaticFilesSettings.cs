namespace Aleph.Actors.Http;

/// <summary>How a folder is served.</summary>
public sealed record StaticFilesSettings
{
    /// <summary>The defaults.</summary>
    public static StaticFilesSettings Default { get; } = new();

    /// <summary>The files that stand for their folder, the first that is there. Default <c>index.html</c>.</summary>
    public IReadOnlyList<string> IndexFiles { get; init; } = ["index.html"];

    /// <summary>Which types files have. Default <see cref="ContentTypes.Default"/>.</summary>
    public ContentTypes ContentTypes { get; init; } = ContentTypes.Default;

    /// <summary>
    /// Whether <c>name.br</c> or <c>name.gz</c> beside a file is sent instead of it to clients that accept that coding.
    /// Default true.
    /// </summary>
    public bool Precompressed { get; init; } = true;

    /// <summary>Whether a folder without index file answers with a list of what is in it. Default false: 404.</summary>
    public bool ListFolders { get; init; }

    /// <summary>
    /// Whether files and folders that begin with a dot are served. Default false; <c>.well-known</c> always is.
    /// </summary>
    public bool HiddenFiles { get; init; }

    /// <summary>
    /// Whether symbolic links are followed, wherever they lead. Default false: what lies behind one is not there.
    /// </summary>
    public bool FollowLinks { get; init; }

    /// <summary>The Cache-Control field of files; null for none. Default null.</summary>
    public string? CacheControl { get; init; }
}
