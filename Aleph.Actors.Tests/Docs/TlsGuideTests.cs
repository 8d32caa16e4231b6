using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The examples of docs/guide/tls.md do what it says.</summary>
public sealed class TlsGuideTests : PatientTestKit, IDisposable
{
    private static readonly TestPki Pki = TestPki.Trusted;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aleph-tls-");

    [Fact]
    public async Task A_server_serves_https_from_files()
    {
        using var leaf = Pki.Server("localhost", "127.0.0.1");
        await File.WriteAllTextAsync(
            $"{_folder}/server.pem", leaf.ExportCertificatePem() + "\n" + Pki.Intermediate.ExportCertificatePem());
        using var key = leaf.GetECDsaPrivateKey()!;
        await File.WriteAllTextAsync($"{_folder}/server.key", key.ExportPkcs8PrivateKeyPem());
        await using var server = await TlsExamples.ServeHttpsAsync(Sys, $"{_folder}").Within("the server bound");
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            },
        };
        using var client = new HttpClient(handler);
        Assert.Equal("Tls13", await client.GetStringAsync($"https://{server.LocalEndPoint}/").Within("an answer"));
    }

    [Fact]
    public async Task Settings_are_valid_and_failures_are_named()
    {
        var standard = Pki.With(Pki.Server("localhost"));
        foreach (var tls in new[]
        {
            TlsExamples.Develop(),
            TlsExamples.ByName(standard, standard, standard),
            TlsExamples.Escape(TlsExamples.Develop()),
            TlsExamples.AskClients(TlsExamples.Develop(), Roots()),
        })
        {
            Assert.Empty(tls.Validate());
        }

        await using var server = await BindAsync(new TlsServerSettings { Certificate = standard });
        Assert.StartsWith("Tls13 with", await ConnectAsync(server), StringComparison.Ordinal);
        await using var other = await BindAsync(
            new TlsServerSettings { Certificate = Pki.With(Pki.Server("elsewhere.example.org")) });
        Assert.Contains("is not one for localhost", await ConnectAsync(other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_protocol_is_chosen_by_alpn_begins_tls_and_certificates_are_reloaded()
    {
        var (modern, classic) = (ScriptedProtocol.Echo(), ScriptedProtocol.Echo());
        var factory = TlsExamples.ChooseByAlpn(() => modern, () => classic);
        Assert.Same(modern, factory(InfoWith("acme/2")));
        Assert.Same(classic, factory(InfoWith(null)));
        await using var server = await BindAsync(
            new TlsServerSettings { Certificate = Pki.With(Pki.Server("localhost")) });
        Assert.IsType<ServerProtocol.CertificatesReloaded>(
            await TlsExamples.ReloadAsync(server.Actor).Within("the answer"));

        var tls = TlsExamples.Develop();
        await using var upgrading = await TcpServer.BindAsync(
            Sys, _ => new ScriptedProtocol { OnStart = c => TlsExamples.Upgrade(c, tls) });
        using var socket = await TcpTesting.ConnectAsync(upgrading.LocalEndPoint);
        Assert.Equal("220 go ahead\r\n", await socket.ReceiveTextAsync());
    }

    void IDisposable.Dispose()
    {
        Dispose();
        _folder.Delete(recursive: true);
    }

    private static ConnectionInfo InfoWith(string? protocol) => new(1, null, null)
    {
        Tls = new TlsSession(default, default, protocol, null, null),
    };

    private string Roots()
    {
        var file = $"{_folder}/roots.pem";
        File.WriteAllText(file, Pki.Root.ExportCertificatePem());
        return file;
    }

    private Task<ServerBinding> BindAsync(TlsServerSettings tls) =>
        TcpServer.BindAsync(Sys, _ => new EchoProtocol(), TcpSettings.Default with { Tls = tls });

    private Task<string> ConnectAsync(ServerBinding server) =>
        TlsExamples.ConnectAsync(Sys, server.LocalEndPoint, new EchoProtocol(), Pki.Trust).Within("the outcome");
}
