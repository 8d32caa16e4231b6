using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Transports.Tls;

/// <summary>New certificates for new connections, by message and by a watch of files; open ones go on.</summary>
public sealed class CertificateReloadTests : TlsHarness, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aleph-tls-");

    private string CertificateFile => Path.Combine(_folder.FullName, "server.pem");

    private string KeyFile => Path.Combine(_folder.FullName, "server.key");

    [Fact]
    public async Task A_reload_is_for_new_connections_and_leaves_open_ones_alone()
    {
        WriteFiles("first");
        var server = Spawn(FromFiles with { WatchInterval = null });
        var binding = await BoundAsync(server);
        using var open = await OpenAsync(binding);
        WriteFiles("second");
        Assert.Equal("CN=first", await SubjectAsync(binding));
        await server.Ask<ServerProtocol.CertificatesReloaded>(ServerProtocol.ReloadCertificates.Instance)
            .Within("the answer to the reload");
        Assert.Equal("CN=second", await SubjectAsync(binding));
        await AssertEchoesAsync(open);
    }

    [Fact]
    public async Task A_reload_that_cannot_be_is_answered_so_and_changes_nothing()
    {
        WriteFiles("first");
        var server = Spawn(FromFiles with { WatchInterval = null });
        var binding = await BoundAsync(server);
        File.WriteAllText(KeyFile, "not a key, but a secret");
        var failed = await server.Ask<ServerProtocol.CommandFailed>(ServerProtocol.ReloadCertificates.Instance)
            .Within("the answer to the reload");
        Assert.Equal(ServerProtocol.ReloadCertificates.Instance, failed.Command);
        var cause = Assert.IsType<CertificateException>(failed.Cause);
        Assert.Contains(KeyFile, cause.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", cause.ToString(), StringComparison.Ordinal);
        Assert.Equal("CN=first", await SubjectAsync(binding));
    }

    [Fact]
    public async Task Changed_files_are_used_by_themselves()
    {
        WriteFiles("first");
        var server = Spawn(FromFiles with { WatchInterval = TimeSpan.FromMilliseconds(20) });
        var binding = await BoundAsync(server);
        await EventFilter.Info(contains: "New connections get").ExpectOneAsync(() =>
        {
            WriteFiles("second");
            return Task.CompletedTask;
        });
        Assert.Equal("CN=second", await SubjectAsync(binding));
    }

    [Fact]
    public async Task A_half_written_pair_is_warned_of_once_and_used_when_it_is_whole()
    {
        WriteFiles("first");
        var server = Spawn(FromFiles with { WatchInterval = TimeSpan.FromMilliseconds(20) });
        var binding = await BoundAsync(server);
        var (certificate, key) = PemOf("second");
        await EventFilter.Warning(contains: "Changed certificates are not used").ExpectOneAsync(async () =>
        {
            // Two looks at the least: the answer to a command comes after one, another's after the next.
            Replace(CertificateFile, certificate);
            for (var look = 0; look < 3; look++)
            {
                await server.Ask<ServerProtocol.CommandFailed>(ServerProtocol.ReloadCertificates.Instance)
                    .Within("the answer to a reload");
            }
        });
        Assert.Equal("CN=first", await SubjectAsync(binding));
        await EventFilter.Info(contains: "New connections get").ExpectOneAsync(() =>
        {
            Replace(KeyFile, key);
            return Task.CompletedTask;
        });
        Assert.Equal("CN=second", await SubjectAsync(binding));
    }

    [Fact]
    public async Task Settings_made_in_code_are_used_for_new_connections()
    {
        var server = Spawn(ServerOf("first"));
        var binding = await BoundAsync(server);
        await server.Ask<ServerProtocol.CertificatesReloaded>(new ServerProtocol.SetTls(ServerOf("second")))
            .Within("the answer to new settings");
        Assert.Equal("CN=second", await SubjectAsync(binding));
        var bad = new ServerProtocol.SetTls(TlsServerSettings.Default);
        var failed = await server.Ask<ServerProtocol.CommandFailed>(bad).Within("the answer to bad settings");
        Assert.Contains("aleph.tcp.tls.certificate is null", failed.Cause.Message, StringComparison.Ordinal);
        Assert.Equal("CN=second", await SubjectAsync(binding));
    }

    [Fact]
    public async Task A_server_without_tls_has_nothing_to_reload()
    {
        var server = Sys.ActorOf(TcpServer.Props(_ => new EchoProtocol()));
        var failed = await server.Ask<ServerProtocol.CommandFailed>(ServerProtocol.ReloadCertificates.Instance)
            .Within("the answer to the reload");
        Assert.IsType<InvalidOperationException>(failed.Cause);
    }

    [Fact]
    public async Task A_server_whose_certificate_vanished_before_its_start_cannot_bind()
    {
        WriteFiles("first");
        var props = TcpServer.Props(_ => new EchoProtocol(), TcpSettings.Default with { Tls = FromFiles });
        File.Delete(KeyFile);
        var server = Sys.ActorOf(props);
        Watch(server);
        var failed = await server.Ask<ServerProtocol.BindFailed>(ServerProtocol.GetBound.Instance)
            .Within("the answer to a bind without a certificate");
        Assert.IsType<CertificateException>(failed.Cause);
        await ExpectTerminatedAsync(server);
    }

    void IDisposable.Dispose()
    {
        Dispose();
        _folder.Delete(recursive: true);
    }

    private TlsServerSettings FromFiles => new() { Certificate = TlsCertificate.FromPem(CertificateFile, KeyFile) };

    private IActorRef Spawn(TlsServerSettings tls) =>
        Sys.ActorOf(TcpServer.Props(_ => new EchoProtocol(), TcpSettings.Default with { Tls = tls }));

    private static async Task<System.Net.EndPoint> BoundAsync(IActorRef server) =>
        (await server.Ask<ServerProtocol.Bound>(ServerProtocol.GetBound.Instance).Within("the server listens"))
            .LocalEndPoint;

    private static async Task<SslStream> OpenAsync(System.Net.EndPoint endPoint) => await OpenAsync(
        new System.Net.Sockets.NetworkStream(await TcpTesting.ConnectAsync(endPoint), ownsSocket: true));

    private static async Task<string> SubjectAsync(System.Net.EndPoint endPoint)
    {
        using var client = await OpenAsync(endPoint);
        return client.RemoteCertificate!.Subject;
    }

    private void WriteFiles(string name)
    {
        var (certificate, key) = PemOf(name);
        Replace(CertificateFile, certificate);
        Replace(KeyFile, key);
    }

    private static (string Certificate, string Key) PemOf(string name)
    {
        using var leaf = Pki.Server(name);
        using var key = leaf.GetECDsaPrivateKey()!;
        return (
            leaf.ExportCertificatePem() + "\n" + Pki.Intermediate.ExportCertificatePem(),
            key.ExportPkcs8PrivateKeyPem());
    }

    private static void Replace(string file, string text) => File.WriteAllText(file, text);
}
