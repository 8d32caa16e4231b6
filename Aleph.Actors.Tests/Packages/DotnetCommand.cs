using System.Diagnostics;
using Aleph.Actors.Tests.Support;

namespace Aleph.Actors.Tests.Packages;

/// <summary>Runs a command of the SDK to its end, in its own process, with a limit of time.</summary>
internal static class DotnetCommand
{
    /// <summary>Ample for a publication on a machine that does much else.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>What it said; it is killed with all that it started when the limit passes.</summary>
    public static Task<ToolResult> RunAsync(string folder, params string[] arguments) =>
        RunProgramAsync(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet"
            ? host
            : "dotnet", folder, Limit, arguments);

    /// <summary>The same with any program.</summary>
    public static async Task<ToolResult> RunProgramAsync(
        string program, string folder, TimeSpan limit, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // What the SDK that runs the tests left for its own children would lead another of its commands astray.
        string[] prefixes = ["MSBUILD", "VSTEST", "CORECLR_", "COVERLET"];
        foreach (var name in start.Environment.Keys.ToArray())
        {
            if (prefixes.Any(x => name.StartsWith(x, StringComparison.OrdinalIgnoreCase)))
                start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().Within(limit, $"{program} {string.Join(' ', arguments)} ended");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        return new ToolResult(process.ExitCode, await output, await errors);
    }
}
