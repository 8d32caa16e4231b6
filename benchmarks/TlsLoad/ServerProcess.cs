using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace TlsLoad;

/// <summary>One server in a process of its own, and connections to it.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly IPEndPoint _endPoint;

    private ServerProcess(Process process, int port) =>
        (_process, _endPoint) = (process, new IPEndPoint(IPAddress.Loopback, port));

    /// <summary>The processor time that it has used.</summary>
    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static ServerProcess Start(string kind, string pfx)
    {
        var process = Process.Start(new ProcessStartInfo(
            Environment.ProcessPath!, [typeof(Servers).Assembly.Location, "--serve", kind, pfx])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        return new ServerProcess(
            process, int.Parse(process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture));
    }

    /// <summary>Connects with TLS 1.3 and without resumption.</summary>
    public async Task<SslStream> OpenAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(_endPoint);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls13,
            AllowTlsResume = false,
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        });
        return tls;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(5000))
            _process.Kill();
        _process.Dispose();
    }
}
