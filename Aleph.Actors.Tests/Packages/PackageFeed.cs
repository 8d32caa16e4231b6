using System.IO.Compression;
using System.Reflection.Metadata;
using System.Xml.Linq;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Packages;

/// <summary>
/// Both packages, made as a release makes them, in a folder that stands for a feed. They are built apart from the
/// assemblies under test, of a version that no other run has: a package cache takes a version that it knows for the
/// same.
/// </summary>
public sealed class PackageFeed : IAsyncLifetime
{
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("packages-");
    private readonly DirectoryInfo _build;

    public PackageFeed() =>

        // Within the repository, as a release is built: only what lies there is freed of the machine's path.
        _build = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", $"packages-{Version}"));

    public string Version { get; } = $"0.1.0-test.{DateTime.UtcNow.Ticks}";

    /// <summary>Where the packages lie.</summary>
    public string Folder => Path.Combine(_temporary.FullName, "feed");

    /// <summary>A new folder, deleted with the feed.</summary>
    public string NewFolder(string name) => _temporary.CreateSubdirectory(name).FullName;

    public Task InitializeAsync() => PackAsync(Repository.Root, Folder, _build.FullName);

    /// <summary>Packs what is committed, from a clone of that remote; where the packages lie.</summary>
    public async Task<string> PackCloneAsync(string remote)
    {
        var (clone, folder) = (NewFolder("clone"), NewFolder("feed-of-clone"));
        await GitAsync("clone", "--quiet", "--no-tags", Repository.Root, clone);
        await GitAsync("-C", clone, "remote", "set-url", "origin", remote);
        await PackAsync(clone, folder, NewFolder("build-of-clone"));
        return folder;
    }

    public Task DisposeAsync()
    {
        _temporary.Delete(recursive: true);
        _build.Delete(recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>The names of the files of a package, without those of the container.</summary>
    public IReadOnlyList<string> Files(string package)
    {
        using var archive = Open(package);
        return archive.Entries.Select(x => x.FullName).Where(x => !IsOfContainer(x)).Order(StringComparer.Ordinal)
            .ToArray();
    }

    public byte[] File(string package, string name)
    {
        using var archive = Open(package);
        using var entry = archive.GetEntry(name)!.Open();
        var bytes = new MemoryStream();
        entry.CopyTo(bytes);
        return bytes.ToArray();
    }

    /// <summary>What the package says of itself: the metadata of its nuspec.</summary>
    public XElement Metadata(string id) =>
        XDocument.Load(new MemoryStream(File($"{id}.{Version}.nupkg", $"{id}.nuspec"))).Root!.Elements().Single();

    /// <summary>The symbols of a library, from its package of symbols.</summary>
    /// <param name="id">The package's name.</param>
    /// <param name="folder">Where it lies; null for <see cref="Folder"/>.</param>
    internal MetadataReaderProvider Symbols(string id, string? folder = null) =>
        MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(
            File(Path.Combine(folder ?? Folder, $"{id}.{Version}.snupkg"), $"lib/net10.0/{id}.pdb")));

    private static bool IsOfContainer(string name) =>
        name.StartsWith("_rels/", StringComparison.Ordinal) || name.StartsWith("package/", StringComparison.Ordinal)
        || name == "[Content_Types].xml";

    private ZipArchive Open(string package) => ZipFile.OpenRead(Path.Combine(Folder, package));

    private static async Task GitAsync(params string[] arguments)
    {
        var result = await DotnetCommand.RunProgramAsync(
            "git", Repository.Root, TimeSpan.FromMinutes(1), arguments);
        Assert.True(result.ExitCode == 0, result.Output + result.Errors);
    }

    private async Task PackAsync(string sources, string folder, string build)
    {
        // The first builds both.
        string[][] projects = [["Aleph.Actors.Http"], ["Aleph.Actors", "--no-build"]];
        foreach (var project in projects)
        {
            var result = await DotnetCommand.RunAsync(
                sources,
                [
                    "pack", .. project, "-c", "Release", "--nologo", "-v", "quiet", "-o", folder, "--artifacts-path",
                    build, $"-p:PackageVersion={Version}", "-p:ContinuousIntegrationBuild=true",
                    "-p:RunAnalyzers=false",
                ]);
            Assert.True(result.ExitCode == 0, result.Output + result.Errors);
        }
    }
}
