using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Configuration;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Transports.Tls;

/// <summary>Settings of TLS: defaults, HOCON, faults, and the forms in which certificates come.</summary>
public sealed class TlsSettingsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aleph-tls-");

    [Fact]
    public void Reference_configuration_says_the_same_as_the_defaults()
    {
        Assert.Null(TlsServerSettings.FromConfig(Config.Empty));
        Assert.Null(TlsClientSettings.FromConfig(Config.Empty));
        var server = TlsServerSettings.FromConfig(
            ConfigurationFactory.ParseString("aleph.tcp.tls.certificate = a.pem"))!;
        Assert.Equal("a.pem", server.Certificate!.Description);
        Assert.Equal(TlsServerSettings.Default, server with { Certificate = null });
        var client = TlsClientSettings.FromConfig(
            ConfigurationFactory.ParseString("aleph.tcp.client.tls.enabled = on"));
        Assert.Equal(TlsClientSettings.Default, client);
    }

    [Fact]
    public void Values_of_the_configuration_reach_the_server()
    {
        var tls = TcpSettings.FromConfig(ConfigurationFactory.ParseString("""
            aleph.tcp.tls {
              certificate = a.pfx
              password = hidden
              server-names = [
                { name = "*.example.org", certificate = b.pem, key = b.key },
                { name = "example.net", store { subject = example.net, location = LocalMachine } }
              ]
              application-protocols = ["h2", "http/1.1"]
              client-certificates = required
              trust = roots.pem
              revocation = online
              protocols = ["1.3"]
              handshake-timeout = 3s
              watch-interval = infinite
            }
            """)).Tls!;

        Assert.Equal("a.pfx", tls.Certificate!.Description);
        Assert.Equal(
            [("*.example.org", "b.pem with b.key"), ("example.net", "example.net in LocalMachine/My")],
            tls.ServerNames.Select(n => (n.Key, n.Value.Description)).Order());
        Assert.Equal(["h2", "http/1.1"], tls.ApplicationProtocols);
        Assert.Equal(ClientCertificateMode.Required, tls.ClientCertificates);
        Assert.Equal("roots.pem", tls.Trust.Description);
        Assert.Equal(X509RevocationMode.Online, tls.Revocation);
        Assert.Equal(SslProtocols.Tls13, tls.Protocols);
        Assert.Equal(TimeSpan.FromSeconds(3), tls.HandshakeTimeout);
        Assert.Null(tls.WatchInterval);
        Assert.DoesNotContain("hidden", tls.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_of_the_configuration_reach_the_client()
    {
        var tls = TcpClientSettings.FromConfig(ConfigurationFactory.ParseString("""
            aleph.tcp.client.tls {
              enabled = on
              server-name = example.org
              verify-host-name = off
              trust-everyone-insecurely = on
              trust = roots.pem
              certificate = a.pem
              application-protocols = ["h2"]
              revocation = offline
              protocols = ["1.2"]
              handshake-timeout = infinite
            }
            """)).Tls!;

        Assert.Equal("example.org", tls.ServerName);
        Assert.False(tls.VerifyHostName);
        Assert.True(tls.TrustEveryoneInsecurely);
        Assert.Equal("roots.pem", tls.Trust.Description);
        Assert.Equal("a.pem", tls.Certificate!.Description);
        Assert.Equal(["h2"], tls.ApplicationProtocols);
        Assert.Equal(X509RevocationMode.Offline, tls.Revocation);
        Assert.Equal(SslProtocols.Tls12, tls.Protocols);
        Assert.Null(tls.HandshakeTimeout);
    }

    [Theory]
    [InlineData("certificate = a.pem, client-certificates = maybe", "none, optional or required")]
    [InlineData("certificate = a.pem, protocols = [\"1.1\"]", "each must be 1.2 or 1.3")]
    [InlineData("certificate = a.pem, revocation = always", "none, offline or online")]
    [InlineData("certificate = a.pem, server-names = [{ name = x }]", "a name and a certificate")]
    [InlineData("store { thumbprint = 00, location = here }", "CurrentUser or LocalMachine")]
    public void A_value_that_cannot_be_read_is_named(string section, string rule)
    {
        var config = ConfigurationFactory.ParseString($"aleph.tcp.tls {{ {section} }}");
        var fault = Assert.Throws<ConfigurationException>(() => TlsServerSettings.FromConfig(config));
        Assert.Contains("aleph.tcp.tls.", fault.Message, StringComparison.Ordinal);
        Assert.Contains(rule, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_fault_of_a_server_is_named_with_key_value_and_rule()
    {
        var missing = Path.Combine(_folder.FullName, "missing.pem");
#pragma warning disable CA5397, CS0618, SYSLIB0039 // What is refused.
        var settings = new TlsServerSettings
        {
            Protocols = SslProtocols.Tls11 | SslProtocols.Tls12,
            HandshakeTimeout = TimeSpan.Zero,
            ApplicationProtocols = ["", new string('x', 256)],
            ServerNames = new Dictionary<string, TlsCertificate> { ["a.*"] = TlsCertificate.FromPem(missing) },
            Trust = TlsTrust.FromPem(missing),
            WatchInterval = TimeSpan.FromMilliseconds(1),
        };
#pragma warning restore CA5397, CS0618, SYSLIB0039
        var faults = string.Join('\n', settings.Validate());
        foreach (var part in new[]
        {
            "aleph.tcp.tls.certificate is null; it must name a certificate",
            "aleph.tcp.tls.protocols is Tls11, Tls12; it must be TLS 1.2, TLS 1.3, or both",
            "aleph.tcp.tls.handshake-timeout is 0s; it must be above 0s, or infinite",
            "aleph.tcp.tls.application-protocols is ; each must have 1 to 255 bytes",
            $"aleph.tcp.tls.application-protocols is {new string('x', 256)}; each must have 1 to 255 bytes",
            "aleph.tcp.tls.server-names is a.*; it must be a host name, or a wildcard",
            $"aleph.tcp.tls.server-names.a.* is {missing}; it must be a certificate with its key, but",
            $"aleph.tcp.tls.trust is {missing}; it must be a PEM file of roots, but",
            "aleph.tcp.tls.watch-interval is 1ms; it must be between 10ms and 1d",
        })
        {
            Assert.Contains(part, faults, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_pfx_with_a_wrong_password_a_missing_file_and_a_key_that_does_not_fit_are_faults_without_secrets()
    {
        using var leaf = DevelopmentCertificate.Create();
        using var other = DevelopmentCertificate.Create();
        var pfx = Write("a.pfx", leaf.Export(X509ContentType.Pfx, "right"));
        var pem = Write("a.pem", leaf.ExportCertificatePem());
        var key = Write("b.key", other.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var encrypted = Write("c.key", leaf.GetECDsaPrivateKey()!.ExportEncryptedPkcs8PrivateKeyPem(
            "right", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        foreach (var (certificate, why) in new[]
        {
            (TlsCertificate.FromPfx(pfx, "wrong"), "no PKCS #12 file that its password opens"),
            (TlsCertificate.FromPem(pem, key), "no private key that fits"),
            (TlsCertificate.FromPem(pem, encrypted, "wrong"), "no private key that fits"),
            (TlsCertificate.FromPem(pem, pem), "no private key that fits"),
            (TlsCertificate.FromPem(key, key), "has no certificate in PEM"),
            (TlsCertificate.FromPem(pem + ".not"), "cannot be read"),
            (TlsCertificate.From(X509CertificateLoader.LoadCertificate(leaf.RawData)), "has no private key"),
            (TlsCertificate.FromStore("00 11"), "the store CurrentUser/My"),
            (TlsCertificate.FromStoreBySubject("nobody"), "the store CurrentUser/My"),
        })
        {
            var fault = Assert.Single(new TlsServerSettings { Certificate = certificate }.Validate());
            Assert.StartsWith("aleph.tcp.tls.certificate is ", fault, StringComparison.Ordinal);
            Assert.Contains(why, fault, StringComparison.Ordinal);
            Assert.DoesNotContain("wrong", fault, StringComparison.Ordinal);
        }

        foreach (var good in new[]
        {
            TlsCertificate.FromPfx(pfx, "right"), TlsCertificate.FromPem(pem, encrypted, "right"),
            TlsCertificate.FromPem(Write("d.pem", leaf.ExportCertificatePem() + "\n"
                + leaf.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem())),
        })
        {
            Assert.Empty(new TlsServerSettings { Certificate = good }.Validate());
        }
    }

    [Fact]
    public void A_store_answers_by_thumbprint_and_by_subject()
    {
        using var leaf = TestPki.Trusted.Server("store-" + Guid.NewGuid().ToString("N"));
        using var store = new X509Store("AlephTests", StoreLocation.CurrentUser);
        store.Open(OpenFlags.ReadWrite);
        store.Add(leaf);
        try
        {
            var subject = leaf.GetNameInfo(X509NameType.SimpleName, false);
            foreach (var certificate in new[]
            {
                TlsCertificate.FromStore(leaf.Thumbprint, "AlephTests"),
                TlsCertificate.FromStoreBySubject(subject, "AlephTests"),
            })
            {
                Assert.Empty(new TlsServerSettings { Certificate = certificate }.Validate());
                Assert.Equal(leaf.Thumbprint, certificate.Load().Certificate.Thumbprint);
            }
        }
        finally
        {
            store.Remove(leaf);
        }
    }

    [Fact]
    public void A_development_certificate_is_for_localhost_and_more_for_a_year_and_with_an_exportable_key()
    {
        using var certificate = DevelopmentCertificate.Create("dev.example.org", "10.1.2.3");
        foreach (var name in new[] { "localhost", "127.0.0.1", "::1", "dev.example.org", "10.1.2.3" })
            Assert.True(certificate.MatchesHostname(name), name);
        Assert.False(certificate.MatchesHostname("example.org"));
        Assert.InRange((certificate.NotAfter - DateTime.Now).TotalDays, 364, 366);
        using var key = certificate.GetECDsaPrivateKey()!;
        Assert.Equal(256, key.KeySize);
        Assert.NotEmpty(key.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Write(string name, string text) => Write(name, System.Text.Encoding.ASCII.GetBytes(text));
}
