using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace TcpLoad;

/// <summary>One server in a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, int port) =>
        (_process, EndPoint) = (process, new IPEndPoint(IPAddress.Loopback, port));

    public EndPoint EndPoint { get; }

    /// <summary>The processor time that it has used.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static ServerProcess Start(string kind)
    {
        var process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, [typeof(Servers).Assembly.Location, "--serve", kind])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
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
