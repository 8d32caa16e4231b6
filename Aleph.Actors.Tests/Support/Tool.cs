using System.Diagnostics;
using Xunit;

namespace Aleph.Actors.Tests.Support;

/// <summary>
/// A program beyond the SDK that a test needs. A test that needs one is a <c>[SkippableFact]</c>: <see cref="Require"/>
/// skips it with the reason where the program is missing. <c>.ci/run</c> installs them all.
/// </summary>
internal sealed class Tool(string name, params string[] otherNames)
{
    public static Tool Curl { get; } = new("curl");

    public static Tool Wrk { get; } = new("wrk");

    public static Tool Node { get; } = new("node", "nodejs");

    public static Tool Python { get; } = new("python3");

    public static Tool Chromium { get; } = new("chromium", "chromium-browser", "google-chrome");

    public static Tool Nghttp { get; } = new("nghttp");

    public static Tool OpenSsl { get; } = new("openssl");

    public static Tool Strace { get; } = new("strace");

    public string Name { get; } = name;

    /// <summary>Where it lies, or null.</summary>
    public string? Path { get; private init; } = Find([name, .. otherNames]).FirstOrDefault();

    /// <summary>The first Python on the path that has a module; skips the running test when there is none.</summary>
    public static async Task<Tool> PythonWithAsync(string module)
    {
        foreach (var path in Find(["python3"]))
        {
            var python = new Tool("python3") { Path = path };
            if ((await python.RunAsync(TimeSpan.FromSeconds(30), "-c", $"import {module}")).ExitCode == 0)
                return python;
        }

        throw new SkipException($"No Python on this machine has the module {module}.");
    }

    /// <summary>Its path; skips the running test when there is none.</summary>
    public string Require()
    {
        Skip.If(Path is null, $"{Name} is not installed on this machine.");
        return Path!;
    }

    /// <summary>
    /// Runs it to its end, without input. Skips when it is missing; kills it when <paramref name="limit"/> passes.
    /// </summary>
    public async Task<ToolResult> RunAsync(TimeSpan limit, params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().Within(limit, $"{Name} {string.Join(' ', arguments)} ended");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        return new ToolResult(process.ExitCode, await output, await errors);
    }

    /// <summary>Starts it with its three streams redirected; the caller ends it. Skips when it is missing.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Require(), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Interrupts.AreHeeded();
        return Process.Start(start)!;
    }

    private static IEnumerable<string> Find(string[] names) =>
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        from candidate in names
        let path = System.IO.Path.Combine(folder, candidate)
        where folder.Length > 0 && File.Exists(path)
        select path;
}

/// <summary>What a tool said before it ended.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Errors);
