using System.Text.RegularExpressions;
using System.Xml.Linq;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests;

/// <summary>
/// What the documents say is so: their C# compiles, their package list is whole, their links lead somewhere.
/// </summary>
public sealed partial class DocumentationTests
{
    [Fact]
    public void Every_code_block_stands_in_a_file_that_is_compiled()
    {
        var sources = Repository.Files(".cs", "Aleph.Actors.Tests/Docs").Concat(Repository.Files(".cs", "samples"))
            .Select(x => Normal(Repository.Text(x))).ToArray();
        var missing = from file in Repository.Files(".md")
                      from Match block in CSharpBlock().Matches(Repository.Text(file))
                      let code = Normal(block.Groups["code"].Value)
                      where !sources.Any(x => x.Contains(code, StringComparison.Ordinal))
                      select $"{file}: {code}";
        Assert.Empty(missing);
    }

    [Fact]
    public void Every_package_has_its_reason_and_every_reason_its_package()
    {
        var packages = XDocument.Parse(Repository.Text("Directory.Packages.props")).Descendants("PackageVersion")
            .Select(x => x.Attribute("Include")!.Value).Order();
        var reasons = DependencyLine().Matches(Repository.Text("docs/dependencies.md"))
            .Select(x => x.Groups["name"].Value).Order();
        Assert.Equal(packages, reasons);
    }

    [Fact]
    public void Links_between_documents_lead_to_files()
    {
        var broken = from file in Repository.Files(".md")
                     from Match link in Link().Matches(Repository.Text(file))
                     let target = link.Groups["target"].Value.Split('#')[0]
                     where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
                     let path = Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, target)
                     where !File.Exists(path) && !Directory.Exists(path)
                     select $"{file}: {target}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Every_sample_stands_with_its_command_line_in_the_list_of_samples()
    {
        var text = Repository.Text("samples/README.md");
        var missing = Repository.Files(".csproj", "samples").Select(x => Path.GetFileNameWithoutExtension(x))
            .Where(x => !text.Contains(
                $"\n## {x}\n\n    dotnet run -c Release --project samples/{x} ", StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    /// <summary>
    /// Lines without indentation and without empty ones: what a document and its source must agree in.
    /// </summary>
    private static string Normal(string text) =>
        string.Concat(text.Split('\n').Select(x => x.Trim()).Where(x => x.Length > 0).Select(x => "\n" + x)) + "\n";

    [GeneratedRegex(@"^[ ]*```csharp[^\n]*\n(?<code>.*?)^[ ]*```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CSharpBlock();

    [GeneratedRegex(@"^\| `(?<name>[\w.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex DependencyLine();

    [GeneratedRegex(@"(?<!!)\[[^\]\n]+\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
