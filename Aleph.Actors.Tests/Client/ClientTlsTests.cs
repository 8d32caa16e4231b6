using System.Net;
using System.Net.Sockets;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>Servers and proxies that show the wrong certificate, or none; and what they may redirect to.</summary>
public sealed class ClientTlsTests : ClientHarness
{
    private static readonly TestPki Pki = TestPki.Trusted;

    public static TheoryData<string, TlsFailure> Wrong() => new()
    {
        { "expired", TlsFailure.Expired },
        { "other host", TlsFailure.NameMismatch },
        { "unknown root", TlsFailure.UntrustedCertificate },
        { "no TLS", TlsFailure.NotTls },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_wrong_certificate_of_the_origin_is_a_typed_failure(string what, TlsFailure expected)
    {
        await using var server = await ServeTlsAsync(what);
        await FailsAsync(Client(null), server, expected);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task So_is_one_inside_a_tunnel(string what, TlsFailure expected)
    {
        await using var server = await ServeTlsAsync(what);
        await using var proxy = await ServeProxyAsync(null, server);
        await FailsAsync(Client(HttpProxy.Of(UrlOf(proxy))), server, expected);
    }

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task So_is_one_of_a_proxy(string what, TlsFailure expected)
    {
        await using var server = await ServeTlsAsync("good");
        await using var proxy = await ServeProxyAsync(what, server);
        await FailsAsync(Client(SecureProxy(proxy)), server, expected);
    }

    [Fact]
    public async Task A_proxy_that_speaks_TLS_tunnels_TLS_and_forwards_what_is_plain()
    {
        await using var server = await ServeTlsAsync("good");
        await using var proxy = await ServeProxyAsync("good", server);
        var client = Client(SecureProxy(proxy));
        Assert.Equal("https", await (await client.GetAsync(Url(server)).Within("an answer")).ReadTextAsync());
        Assert.Equal("forwarded http://plain.test/a", await (await client.GetAsync("http://plain.test/a")
            .Within("an answer")).ReadTextAsync());
    }

    [Fact]
    public async Task A_server_name_of_ones_own_is_asked_for_and_checked()
    {
        await using var server = await ServeTlsAsync("other host");
        var client = Client(null, x => x with { ServerName = "elsewhere.test" });
        Assert.Equal("https", await (await client.GetAsync(Url(server)).Within("an answer")).ReadTextAsync());
    }

    [Fact]
    public async Task An_address_is_checked_and_is_no_server_name()
    {
        // RFC 6066 3: literal addresses are not permitted there.
        await using var server = await ServeTlsAsync(
            "address", request => HttpResponse.Text($"<{request.TlsSession?.ServerName}>"));
        var url = Url(server).Replace("localhost", "127.0.0.1", StringComparison.Ordinal);
        Assert.Equal("<>", await (await Client(null).GetAsync(url).Within("an answer")).ReadTextAsync());
    }

    [Theory]
    [InlineData("16 0301 002a 02 000026 0301", TlsFailure.Other), InlineData("15 0301 0002 0246", TlsFailure.PeerAlert)]
    public async Task A_server_of_TLS_1_0_is_a_typed_failure(string answer, TlsFailure expected)
    {
        // A ServerHello of that version, with a random of zeros and TLS_RSA_WITH_AES_128_CBC_SHA; or its alert that the
        // client's version is too new.
        var bytes = Convert.FromHexString(answer.Replace(" ", "", StringComparison.Ordinal));
        if (bytes[0] == 0x16)
            bytes = [.. bytes, .. new byte[32], 0, 0, 0x2f, 0];
        await using var server = await Sys.AlephTcp().ServeAsync(0, async connection =>
        {
            await connection.ReceiveAsync();
            await connection.SendAsync(bytes);
            while (!(await connection.ReceiveAsync()).IsEmpty)
            {
            }
        });
        await FailsAsync(Client(null), server, expected);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task Follows_a_redirect_from_https_to_http_only_where_it_may(bool may)
    {
        await using var plain = await ServeAsync(_ => HttpResponse.Text("plain"));
        await using var server = await ServeTlsAsync(
            "good", _ => HttpResponse.Of(302).WithHeader("Location", UrlOf(plain)));
        using var response = await Client(null).SendAsync(HttpRequest.Get(Url(server)).WithOptions(
            new RequestOptions { AllowDowngrade = may })).Within("an answer");
        Assert.Equal(may ? 200 : 302, response.Status.Code);
    }

    private static string Url(ServerBinding server) =>
        $"https://localhost:{((IPEndPoint)server.LocalEndPoint).Port}/";

    private static HttpProxy SecureProxy(ServerBinding proxy) =>
        HttpProxy.Of($"https://localhost:{((IPEndPoint)proxy.LocalEndPoint).Port}") with { Tls = Trusting };

    private static TlsClientSettings Trusting => TlsClientSettings.Default with { Trust = Pki.Trust };

    private static TcpSettings Tls(string what) => TcpSettings.Default with
    {
        Tls = what switch
        {
            "no TLS" => null,
            "expired" => Of(Pki.With(Pki.Expired(TestPki.ServerUse, "localhost"))),
            "other host" => Of(Pki.With(Pki.Server("elsewhere.test"))),
            "address" => Of(Pki.With(Pki.Server("127.0.0.1"))),
            "unknown root" => Of(TestPki.Unknown.With(TestPki.Unknown.Server("localhost"))),
            _ => Of(Pki.With(Pki.Server("localhost"))),
        },
    };

    private static TlsServerSettings Of(TlsCertificate certificate) => new() { Certificate = certificate };

    private static async Task FailsAsync(AlephHttpClient client, ServerBinding server, TlsFailure expected)
    {
        var failure = await Assert.ThrowsAsync<HttpClientException>(
            () => client.GetAsync(Url(server)).Within("a failure"));
        Assert.Equal((HttpClientFailure.Tls, true), (failure.Failure, failure.IsUnsent));
        var causes = new List<Exception>();
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
            causes.Add(cause);
        Assert.Equal(expected, causes.OfType<TlsException>().First().Failure);
    }

    private AlephHttpClient Client(HttpProxy? proxy, Func<TlsClientSettings, TlsClientSettings>? change = null) =>
        Sys.Http().CreateClient(HttpClientSettings.Default with
        {
            Proxy = proxy is null ? null : _ => proxy,
            Pool = HttpPoolSettings.Default with
            {
                Tcp = TcpClientSettings.Default with { Tls = change?.Invoke(Trusting) ?? Trusting },
            },
        });

    private Task<ServerBinding> ServeTlsAsync(string what, Func<HttpRequest, HttpResponse>? handler = null) =>
        Sys.Http().ServeAsync(
            HttpServerHandler.Of(handler ?? (r => HttpResponse.Text(r.Scheme))),
            HttpServerSettings.Default with { Tcp = Tls(what) });

    private Task<ServerBinding> ServeProxyAsync(string? what, ServerBinding server) => Sys.Http().ServeAsync(
        HttpServerHandler.Of(request => request.Method == HttpMethods.Connect
            ? HttpResponse.Tunnel(async tunnel =>
            {
                await using var far = await Sys.AlephTcp().ConnectAsync(server.LocalEndPoint);
                await Task.WhenAny(tunnel.Input.CopyToAsync(far.Output), far.Input.CopyToAsync(tunnel.Output));
            })
            : HttpResponse.Text($"forwarded {request.Target}")),
        HttpServerSettings.Default with { Tcp = what is null ? TcpSettings.Default : Tls(what) });
}
