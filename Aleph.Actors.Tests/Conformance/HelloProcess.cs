using System.Diagnostics;
using System.Net;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>HttpHello, from the build of this configuration.</summary>
internal sealed class HelloProcess : IDisposable
{
    private static readonly Tool Dotnet = new("dotnet");
    private static readonly Tool Kill = new("kill");

    // Ample for one that starts while the machine does much else.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private HelloProcess(Process process) => _process = process;

    public TimeSpan ReadyAfter { get; private set; }

    public IPEndPoint EndPoint { get; private set; } = null!;

    private static string Assembly => Path.Combine(
        Repository.Root, "samples", "HttpHello", "bin", Configuration, "net10.0", "HttpHello.dll");

    private static string Configuration =>
        AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";

    public static async Task<HelloProcess> StartAsync(params string[] options)
    {
        var begin = Stopwatch.GetTimestamp();
        var sample = new HelloProcess(Dotnet.Start([Assembly, "0", .. options]));
        try
        {
            var address = await sample.ReadAddressAsync().Within(Limit, "the sample said where it listens");
            sample.ReadyAfter = Stopwatch.GetElapsedTime(begin);
            sample.EndPoint = IPEndPoint.Parse(address);
            return sample;
        }
        catch
        {
            sample.Dispose();
            throw;
        }
    }

    public static Task<ToolResult> RunAsync(params string[] arguments) =>
        Dotnet.RunAsync(Limit, [Assembly, .. arguments]);

    public HttpClient CreateClient() => new() { BaseAddress = new Uri($"http://{EndPoint}") };

    public async Task SignalAsync(string signal) =>
        Assert.Equal(0, (await Kill.RunAsync(Waiting.Patience, $"-{signal}", $"{_process.Id}")).ExitCode);

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync().Within(Limit, "the sample ended");
        return _process.ExitCode;
    }

    // The log goes to the same output, and its lines may come before.
    private async Task<string> ReadAddressAsync()
    {
        const string Says = "Listening on http://";
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Says, StringComparison.Ordinal))
                return line[Says.Length..];
        }

        throw new InvalidOperationException("The sample ended without saying where it listens.");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
