using System.Diagnostics;
using System.Globalization;

namespace ClientLoad;

/// <summary>The server as a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string Said = "Listening on ";

    private readonly Process _process;

    private ServerProcess(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static async Task<ServerProcess> StartAsync()
    {
        var process = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(ServerProcess).Assembly.Location, "--serve"])
        { RedirectStandardOutput = true })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            var at = line.IndexOf(Said, StringComparison.Ordinal);
            if (at < 0)
                continue;
            var uri = new Uri(line[(at + Said.Length)..].Trim());
            return new ServerProcess(process, uri.Port);
        }

        throw new InvalidOperationException("The server did not start.");
    }

    public override string ToString() => Port.ToString(CultureInfo.InvariantCulture);

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
