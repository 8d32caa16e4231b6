using System.Runtime.InteropServices;
using System.Text.Json;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Packages;

/// <summary>
/// A console project that knows the libraries by their packages alone, in a folder far from this repository. Whatever
/// else it needs comes from where this machine has its packages from.
/// </summary>
internal sealed class ConsumerProject : IDisposable
{
    private readonly string _folder;
    private readonly PackageFeed _feed;

    public ConsumerProject(PackageFeed feed)
    {
        _feed = feed;
        _folder = feed.NewFolder("consumer");
        File.WriteAllText(Path.Combine(_folder, "Consumer.csproj"), Project);
        File.WriteAllText(Path.Combine(_folder, "Program.cs"), ConsumerProgram.Text);
    }

    // Akka is not made to be trimmed: mode "partial" leaves it whole, and trims what says that it can be.
    private string Project =>
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <RuntimeIdentifier>{RuntimeInformation.RuntimeIdentifier}</RuntimeIdentifier>
            <ImplicitUsings>enable</ImplicitUsings>
            <Nullable>enable</Nullable>
            <InvariantGlobalization>true</InvariantGlobalization>
            <PublishTrimmed>true</PublishTrimmed>
            <TrimMode>partial</TrimMode>
            <EnableTrimAnalyzer>true</EnableTrimAnalyzer>
            <SuppressTrimAnalysisWarnings>false</SuppressTrimAnalysisWarnings>
            <TrimmerSingleWarn>false</TrimmerSingleWarn>
            <RestoreAdditionalProjectSources>{_feed.Folder}</RestoreAdditionalProjectSources>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Aleph.Actors" Version="{_feed.Version}" />
            <PackageReference Include="Aleph.Actors.Http" Version="{_feed.Version}" />
          </ItemGroup>
          <ItemGroup Condition="'$(Configuration)' == 'Analysis'">
            <TrimmerRootAssembly Include="Aleph.Actors" />
            <TrimmerRootAssembly Include="Aleph.Actors.Http" />
          </ItemGroup>
        </Project>
        """;

    /// <summary>
    /// Publishes it trimmed, with its runtime. Configuration <c>Analysis</c> keeps all of our assemblies, so that
    /// the trimmer looks at all of their code. Skips where the runtime's package cannot be had, but not in CI.
    /// </summary>
    /// <returns>What the trimmer said.</returns>
    public async Task<string> PublishAsync(string configuration, params string[] more)
    {
        var result = await DotnetCommand.RunAsync(
            _folder,
            [
                "publish", "-c", configuration, "--self-contained", "--nologo", "-v", "quiet",
                "-o", Path.Combine(_folder, configuration), .. more,
            ]);
        var text = result.Output + result.Errors;
        Skip.If(
            result.ExitCode != 0 && text.Contains("error NU1", StringComparison.Ordinal)
            && !text.Contains("Aleph.Actors\"", StringComparison.Ordinal)
            && Environment.GetEnvironmentVariable("CI") != "true",
            $"A package that publishing needs cannot be had on this machine: {text}");
        Assert.True(result.ExitCode == 0, text);
        return text;
    }

    /// <summary>Runs what was published.</summary>
    public Task<ToolResult> RunAsync(string configuration) => DotnetCommand.RunProgramAsync(
        Path.Combine(_folder, configuration, OperatingSystem.IsWindows() ? "Consumer.exe" : "Consumer"), _folder,
        TimeSpan.FromSeconds(120));

    /// <summary>Takes our packages of this version out of the cache of packages, where nobody would look for them
    /// again.</summary>
    public void Dispose()
    {
        var assets = Path.Combine(_folder, "obj", "project.assets.json");
        if (!File.Exists(assets))
            return;
        using var json = JsonDocument.Parse(File.ReadAllText(assets));
        var cached = from cache in json.RootElement.GetProperty("packageFolders").EnumerateObject()
                     from package in new[] { "aleph.actors", "aleph.actors.http" }
                     let folder = Path.Combine(cache.Name, package, _feed.Version)
                     where Directory.Exists(folder)
                     select folder;
        foreach (var folder in cached)
            Directory.Delete(folder, recursive: true);
    }
}
