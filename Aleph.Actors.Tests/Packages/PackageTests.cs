using System.Buffers.Binary;
using System.Reflection.Metadata;
using System.Text;
using System.Text.RegularExpressions;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Packages;

/// <summary>What the packages hold, and that a program which knows nothing but them works, trimmed too.</summary>
public sealed class PackageTests(PackageFeed feed) : IClassFixture<PackageFeed>
{
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    public static TheoryData<string> Libraries => ["Aleph.Actors", "Aleph.Actors.Http"];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_has_library_documentation_readme_icon_and_licence(string id)
    {
        var package = $"{id}.{feed.Version}.nupkg";
        string[] expected =
            [$"{id}.nuspec", "LICENSE", "README.md", "icon.png", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), feed.Files(package));
        Assert.StartsWith("# Aleph.Actors", Encoding.UTF8.GetString(feed.File(package, "README.md")));
        Assert.Equal(Repository.Text("LICENSE"), Encoding.UTF8.GetString(feed.File(package, "LICENSE")));
        Assert.Contains("<member name=\"T:", Encoding.UTF8.GetString(feed.File(package, $"lib/net10.0/{id}.xml")));

        // The width and height of a PNG stand at bytes 16 and 20.
        var icon = feed.File(package, "icon.png").AsSpan();
        Assert.Equal((128, 128), (BinaryPrimitives.ReadInt32BigEndian(icon[16..]),
            BinaryPrimitives.ReadInt32BigEndian(icon[20..])));
    }

    [Theory]
    [InlineData("Aleph.Actors", "Akka", "Akka.Streams")]
    [InlineData("Aleph.Actors.Http", "Aleph.Actors", "System.Threading.RateLimiting")]
    public void A_package_depends_on_nothing_else(string id, params string[] dependencies)
    {
        var found = feed.Metadata(id).Descendants().Where(x => x.Name.LocalName == "dependency")
            .ToDictionary(x => x.Attribute("id")!.Value, x => x.Attribute("version")!.Value);
        Assert.Equal(dependencies.Order(), found.Keys.Order());
        Assert.Equal(feed.Version, found.GetValueOrDefault("Aleph.Actors", feed.Version));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_package_says_what_it_is(string id)
    {
        var metadata = feed.Metadata(id).Elements().ToDictionary(x => x.Name.LocalName);
        Assert.Equal("MIT", metadata["license"].Value);
        Assert.Equal("README.md", metadata["readme"].Value);
        Assert.Equal("icon.png", metadata["icon"].Value);
        Assert.Contains("Akka.NET", metadata["description"].Value);
        Assert.Contains("akka.net", metadata["tags"].Value.Split(' '));
        Assert.Matches("^[0-9a-f]{40}$", metadata["repository"].Attribute("commit")!.Value);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Symbols_name_sources_without_the_path_of_the_machine(string id)
    {
        using var symbols = feed.Symbols(id);
        var reader = symbols.GetMetadataReader();
        var names = reader.Documents.Select(x => reader.GetString(reader.GetDocument(x).Name)).ToArray();
        Assert.NotEmpty(names);
        Assert.All(names, x => Assert.StartsWith("/_", x));
    }

    [SkippableFact]
    public async Task Symbols_say_where_sources_are_found()
    {
        Skip.IfNot(
            Path.Exists(Path.Combine(Repository.Root, ".git")),
            "This is no clone: nobody knows where its sources are.");
        var folder = await feed.PackCloneAsync("https://github.com/example/aleph-actors.git");
        foreach (var id in new[] { "Aleph.Actors", "Aleph.Actors.Http" })
        {
            using var symbols = feed.Symbols(id, folder);
            var reader = symbols.GetMetadataReader();
            var link = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation)
                .Single(x => reader.GetGuid(x.Kind) == SourceLink);
            Assert.Contains(
                "https://raw.githubusercontent.com/example/aleph-actors/",
                Encoding.UTF8.GetString(reader.GetBlobBytes(link.Value)));
        }
    }

    [SkippableFact]
    public async Task A_trimmed_program_of_the_packages_speaks_every_protocol_and_no_trimmer_warns_of_them()
    {
        using var consumer = new ConsumerProject(feed);
        Quiet(await consumer.PublishAsync("Release"));
        var run = await consumer.RunAsync("Release");
        Assert.True(run.ExitCode == 0, run.Output + run.Errors);
        Assert.Equal(
            ConsumerProgram.Answers,
            run.Output.Split('\n').Select(x => x.TrimEnd()).Where(x => x.Length > 0 && x[0] != '['));

        // All of our code, not only what that program uses. Akka does not survive this mode, so nothing is run.
        Quiet(await consumer.PublishAsync("Analysis", "-p:TrimMode=full"));
    }

    /// <summary>Akka's warnings are there, which shows that the analysis was; ours are not.</summary>
    private static void Quiet(string log)
    {
        var warnings = log.Split('\n').Where(x => Regex.IsMatch(x, @"warning IL[23]\d{3}")).ToArray();
        Assert.Contains(warnings, x => x.Contains("Akka.", StringComparison.Ordinal));
        Assert.DoesNotContain(warnings, x => x.Contains("Aleph.Actors", StringComparison.Ordinal));
    }
}
