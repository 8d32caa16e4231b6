using System.Diagnostics;
using System.Globalization;

namespace Aleph.Actors.Tests.Support;

/// <summary>
/// A sample that runs as a process of its own, as a user starts it. Disposing it kills what still runs.
/// </summary>
internal sealed class SampleProcess : IDisposable
{
    // Ample for one that starts while the machine does much else.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private SampleProcess(Process process) => _process = process;

    /// <summary>Starts a sample that the build of the tests has built.</summary>
    public static SampleProcess Start(string name, params string[] arguments) =>
        Start(new ProcessStartInfo("dotnet", [PathOf(name) + ".dll", .. arguments]));

    /// <summary>The same by the sample's own executable, as <c>dotnet run</c> starts it.</summary>
    public static SampleProcess StartExecutable(string name, params string[] arguments) =>
        Start(new ProcessStartInfo(PathOf(name), arguments));

    /// <summary>
    /// Where it listens, as it says in a line of its own. Lines of its log say so too, and may come before.
    /// </summary>
    public async Task<string> AddressAsync()
    {
        const string Says = "Listening on ";
        return (await LineAsync(line => line.StartsWith(Says, StringComparison.Ordinal), Says))[Says.Length..];
    }

    /// <summary>Reads on to a line that contains <paramref name="text"/>, and answers what follows the text.</summary>
    public async Task<string> LineAsync(string text)
    {
        var line = await LineAsync(line => line.Contains(text, StringComparison.Ordinal), text);
        return line[(line.IndexOf(text, StringComparison.Ordinal) + text.Length)..];
    }

    /// <summary>Sends a signal, such as TERM.</summary>
    public async Task SignalAsync(string signal)
    {
        var id = _process.Id.ToString(CultureInfo.InvariantCulture);
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {id}"]);
        await kill.WaitForExitAsync().Within("the signal was sent");
    }

    /// <summary>Sends SIGTERM and answers the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        return await ExitAsync();
    }

    /// <summary>Waits for the end and answers the exit code.</summary>
    public async Task<int> ExitAsync()
    {
        // What it says on must not fill the pipe.
        var rest = _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync().Within(Limit, "the sample ended");
        await rest.Within("its output ended");
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private async Task<string> LineAsync(Predicate<string> isIt, string what)
    {
        while (await _process.StandardOutput.ReadLineAsync()
            .Within(Limit, $"the sample said \"{what}\"") is { } line)
        {
            if (isIt(line))
                return line;
        }

        throw new InvalidOperationException($"The sample ended without saying \"{what}\".");
    }

    private static string PathOf(string name)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(Repository.Root, "samples", name, "bin", output.Parent!.Name, output.Name, name);
    }

    private static SampleProcess Start(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        Interrupts.AreHeeded();
        return new SampleProcess(Process.Start(start)!);
    }
}
