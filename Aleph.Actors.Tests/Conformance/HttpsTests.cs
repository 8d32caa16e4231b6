using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>HTTP over TLS, asked by curl, HttpClient and openssl.</summary>
public class HttpsTests : IAsyncLifetime, IDisposable
{
    private readonly string _root = Path.GetTempFileName();
    private HttpHost _host = null!;

    private protected virtual TcpTransport Transport => TcpTransport.Sockets;

    private string Target => $"127.0.0.1:{_host.EndPoint.Port}";

    public async Task InitializeAsync()
    {
        var pki = TestPki.Trusted;
        await File.WriteAllTextAsync(_root, pki.Root.ExportCertificatePem());
        _host = await HttpHost.StartAsync(
            request => new(HttpResponse.Text(
                $"{request.Scheme} {request.TlsSession?.Protocol} {request.TlsSession?.ApplicationProtocol} "
                + $"{request.TlsSession?.ServerName}")),
            HttpServerSettings.Default with
            {
                Tcp = TcpSettings.Default with
                {
                    Transport = Transport,
                    Tls = new TlsServerSettings
                    {
                        Certificate = pki.With(pki.Server("localhost", "127.0.0.1")),
                        ApplicationProtocols = ["http/1.1"],
                    },
                },
            });
    }

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    public void Dispose()
    {
        File.Delete(_root);
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task HttpClient_verifies_and_asks_and_the_request_knows_its_session()
    {
        using var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new()
                {
                    TrustMode = System.Security.Cryptography.X509Certificates.X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck,
                    CustomTrustStore = { TestPki.Trusted.Root },
                },
            },
        };
        using var client = new HttpClient(handler);
        for (var i = 0; i < 3; i++)
        {
            var answer = await client.GetStringAsync($"https://localhost:{_host.EndPoint.Port}/").Within("an answer");
            Assert.Equal("https Tls13  localhost", answer);
        }
    }

    [SkippableFact]
    public async Task Curl_verifies_and_asks()
    {
        var result = await Tool.Curl.RunAsync(
            Waiting.Patience, "-sS", "--cacert", _root, "--tls-max", "1.2", $"https://{Target}/");
        Assert.Equal(("https Tls12 http/1.1 ", ""), (result.Output, result.Errors));
    }

    [SkippableFact]
    public async Task Openssl_gets_the_whole_chain_and_a_close_that_is_announced()
    {
        var output = await TalkAsync(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "-servername", "localhost", "-CAfile", _root, "-alpn", "http/1.1", "-verify_return_error", "-ign_eof");
        Assert.Contains("Verify return code: 0 (ok)", output, StringComparison.Ordinal);
        Assert.Contains("ALPN protocol: http/1.1", output, StringComparison.Ordinal);
        Assert.Contains("https Tls13 http/1.1 localhost", output, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected eof", output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Without_a_common_application_protocol_openssl_gets_the_alert_120()
    {
        var output = await TalkAsync("", "-alpn", "h2");
        Assert.Contains("alert number 120", output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("-tls1")]
    [InlineData("-tls1_1")]
    public async Task Old_versions_are_refused(string version)
    {
        // At this level openssl would offer them.
        var output = await TalkAsync("", version, "-cipher", "ALL:@SECLEVEL=0");
        Assert.Contains("alert protocol version", output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Renegotiation_is_refused()
    {
        using var openssl = Tool.OpenSsl.Start("s_client", "-connect", Target, "-tls1_2", "-CAfile", _root);
        var output = openssl.StandardOutput.ReadToEndAsync();
        var errors = openssl.StandardError.ReadToEndAsync();
        await openssl.StandardInput.WriteAsync("R\n");
        await openssl.StandardInput.FlushAsync();
        await openssl.WaitForExitAsync().Within("openssl ended, since the server refused");
        Assert.Contains("RENEGOTIATING", await errors + await output, StringComparison.Ordinal);
        Assert.Contains("unexpected eof", await errors + await output, StringComparison.Ordinal);
        Assert.Empty(_host.Seen);
    }

    [Fact]
    public async Task A_preface_of_http_2_is_answered_as_one_of_http_1()
    {
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(_host.EndPoint);
        using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            EnabledSslProtocols = SslProtocols.Tls13,
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
        }).Within("the handshake");
        await tls.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(tls, Encoding.ASCII);
        var answer = await reader.ReadToEndAsync().Within("an answer and the end");
        Assert.Matches("^HTTP/1.1 (400|505) ", answer);
        Assert.Empty(_host.Seen);
    }

    [SkippableFact]
    public async Task The_sample_serves_https_with_a_certificate_of_its_own()
    {
        using var sample = SampleProcess.Start("HttpHello", "0", "--tls");
        var address = await sample.LineAsync("Listening on https://");
        var result = await Tool.Curl.RunAsync(Waiting.Patience, "-sSkv", $"https://{address}/");
        Assert.Equal("Hello, World!", result.Output);
        Assert.Contains("ALPN: server accepted http/1.1", result.Errors, StringComparison.Ordinal);
    }

    private async Task<string> TalkAsync(string text, params string[] options)
    {
        using var openssl = Tool.OpenSsl.Start(["s_client", "-connect", Target, .. options]);
        var output = openssl.StandardOutput.ReadToEndAsync();
        var errors = openssl.StandardError.ReadToEndAsync();
        await openssl.StandardInput.WriteAsync(text);
        openssl.StandardInput.Close();
        await openssl.WaitForExitAsync().Within("openssl ended");
        return await output + await errors;
    }
}
