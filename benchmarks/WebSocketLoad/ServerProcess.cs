using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace WebSocketLoad;

/// <summary>One server in a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const string PollThreads = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

    private readonly Process _process;

    private ServerProcess(Process process, int port) =>
        (_process, EndPoint) = (process, new IPEndPoint(IPAddress.Loopback, port));

    public IPEndPoint EndPoint { get; }

    /// <summary>The processor time that it has used.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Its resident memory in bytes.</summary>
    public long Resident
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public static ServerProcess Start(string kind)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, [typeof(Servers).Assembly.Location, "--serve", kind])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // With inline completions the threads that poll are the server; docs/benchmarks.md has the figures.
        if (kind == "inline")
            start.Environment[PollThreads] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture);
        var process = Process.Start(start)!;
        return new ServerProcess(
            process, int.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
            _process.Kill();
        _process.Dispose();
    }
}
