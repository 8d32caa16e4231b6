using System.Diagnostics;
using System.Globalization;

namespace ClientLoad;

/// <summary>The sample HttpHello as a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Said = "Listening on ";

    private readonly Process _process;

    private ServerProcess(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static async Task<ServerProcess> StartAsync()
    {
        var process = Process.Start(new ProcessStartInfo(
            "dotnet", ["samples/HttpHello/bin/Release/net10.0/HttpHello.dll", "0"]) { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            var at = line.IndexOf(Said, StringComparison.Ordinal);
            if (at < 0)
                continue;
            var uri = new Uri(line[(at + Said.Length)..].Trim());
            return new ServerProcess(process, uri.Port);
        }

        throw new InvalidOperationException("HttpHello did not start; run this from the root of the project.");
    }

    public override string ToString() => Port.ToString(CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
