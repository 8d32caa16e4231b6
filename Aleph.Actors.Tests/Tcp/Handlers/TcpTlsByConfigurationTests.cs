using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Transports.Tls;
using Xunit;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tests.Tcp.Handlers;

/// <summary>An actor of Akka.IO gets TLS by configuration alone.</summary>
public sealed class TcpTlsByConfigurationTests() : TlsHarness(
    $"aleph.tcp.tls.certificate = \"{CertificateFile.Value.Replace('\\', '/')}\"")
{
    private static readonly Lazy<string> CertificateFile = new(() =>
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.pfx");
        using var certificate = DevelopmentCertificate.Create();
        File.WriteAllBytes(file, certificate.Export(X509ContentType.Pfx));
        return file;
    });

    [Fact]
    public async Task A_stock_bind_is_served_with_tls()
    {
        Sys.AlephTcp().Manager.Tell(
            new AkkaTcp.Bind(TestActor, new IPEndPoint(IPAddress.Loopback, 0)), TestActor);
        var bound = await ExpectMsgAsync<AkkaTcp.Bound>(Waiting.Patience);
        File.Delete(CertificateFile.Value);
        using SslStream tls = await OpenAsync(
            new NetworkStream(await TcpTesting.ConnectAsync(bound.LocalAddress), ownsSocket: true));
        await ExpectMsgAsync<AkkaTcp.Connected>(Waiting.Patience);
        LastSender.Tell(
            new AkkaTcp.Register(Sys.ActorOf(Props.Create(() => new EchoHandler(null)))), TestActor);

        await AssertEchoesAsync(tls);
    }
}
