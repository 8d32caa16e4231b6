using System.Diagnostics;
using System.Net;

namespace UdpLoad;

/// <summary>An echo server in a process of its own, on the first processor. Disposing it ends the process.</summary>
internal sealed class Server : IDisposable
{
    private const string Ready = "Listening on ";

    private readonly Process _process;

    private Server(Process process, IPEndPoint endPoint) => (_process, EndPoint) = (process, endPoint);

    public IPEndPoint EndPoint { get; }

    /// <summary>What its threads have used of the processor so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static async Task<Server> StartAsync(bool pinned, params string[] arguments)
    {
        string[] command = pinned ? ["-c", "0", "dotnet", .. arguments] : arguments;
        var process = Process.Start(new ProcessStartInfo(pinned ? "taskset" : "dotnet", command)
        {
            RedirectStandardOutput = true,
        })!;
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Ready, StringComparison.Ordinal))
                return new Server(process, IPEndPoint.Parse(line[Ready.Length..]));
        }

        throw new InvalidOperationException("The server ended without saying where it listens.");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }
}
