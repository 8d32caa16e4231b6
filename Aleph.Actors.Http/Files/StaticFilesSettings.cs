using Akka.Configuration;
using Aleph.Actors.Http.Middleware;

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

    /// <summary>Reads the section <c>aleph.http.static-files</c>, and the defaults where it is silent.</summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static StaticFilesSettings FromConfig(Config config) =>
        HttpFeatureReader.StaticFiles(HttpFeatureReader.Section(config, "static-files"));

    /// <summary>What is wrong with these settings; empty when they are valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new SettingsFaults("aleph.http.static-files");
        if (CacheControl is { } field && (field.Length == 0 || !FieldSyntax.IsValue(field)))
            faults.Add("cache-control", FieldSyntax.Escape(field), "it must hold visible characters and spaces only");
        foreach (var name in IndexFiles.Where(x => x.Length == 0 || x.AsSpan().IndexOfAny('/', '\\', '\0') >= 0))
            faults.Add("index-files", FieldSyntax.Escape(name), "each must be the name of a file");
        return faults.All;
    }
}
