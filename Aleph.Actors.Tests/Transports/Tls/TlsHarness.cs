using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;

namespace Aleph.Actors.Tests.Transports.Tls;

/// <summary>Servers and clients of TLS on loopback, ours and the runtime's.</summary>
public abstract class TlsHarness(string config = "")
    : PatientTestKit("akka.loglevel = DEBUG\n" + config)
{
    private protected static TestPki Pki => TestPki.Trusted;

    private protected static TlsServerSettings ServerOf(string name = "localhost") =>
        new() { Certificate = Pki.With(Pki.Server(name, "127.0.0.1")) };

    private protected static TlsClientSettings Client => new() { Trust = Pki.Trust, ServerName = "localhost" };

    private protected Task<ServerBinding> ServeAsync(
        TlsServerSettings tls,
        ConnectionProtocolFactory? protocol = null,
        Func<TcpSettings, TcpSettings>? change = null)
    {
        var settings = TcpSettings.Default with { Tls = tls };
        return TcpServer.BindAsync(
            Sys, protocol ?? (_ => new EchoProtocol()), change is null ? settings : change(settings));
    }

    private protected Task<ConnectionInfo> ConnectAsync(
        ServerBinding server, TlsClientSettings? tls = null, IConnectionProtocol? protocol = null) =>
        ConnectAsync(server.LocalEndPoint, tls, protocol);

    private protected Task<ConnectionInfo> ConnectAsync(
        EndPoint remote, TlsClientSettings? tls = null, IConnectionProtocol? protocol = null) =>
        TcpClient.ConnectAsync(
            Sys, remote, _ => protocol ?? new EchoProtocol(), TcpClientSettings.Default with { Tls = tls ?? Client })
            .Within("the outcome of connecting");

    /// <summary>The failure of a handshake, as a client of ours sees it.</summary>
    private protected async Task<TlsException> FailAsync(EndPoint remote, TlsClientSettings tls)
    {
        var failure = await Xunit.Assert.ThrowsAsync<ConnectException>(() => ConnectAsync(remote, tls));
        Xunit.Assert.Equal(ConnectPhase.Handshake, failure.Phase);
        return Xunit.Assert.IsType<TlsException>(failure.InnerException);
    }

    /// <summary>A client of the runtime, after its handshake.</summary>
    private protected static async Task<SslStream> OpenAsync(
        ServerBinding server, Action<SslClientAuthenticationOptions>? configure = null)
    {
        var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        return await OpenAsync(new NetworkStream(socket, ownsSocket: true), configure);
    }

    private protected static async Task<SslStream> OpenAsync(
        Stream wire, Action<SslClientAuthenticationOptions>? configure = null)
    {
        var tls = new SslStream(wire);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        };
        configure?.Invoke(options);
        await tls.AuthenticateAsClientAsync(options).Within("the handshake of the client");
        return tls;
    }

    private protected static async Task AssertEchoesAsync(SslStream tls, string text = "hello")
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(text);
        await tls.WriteAsync(bytes).Within("the write");
        var back = new byte[bytes.Length];
        await tls.ReadExactlyAsync(back).Within("the echo");
        Xunit.Assert.Equal(bytes, back);
    }
}
