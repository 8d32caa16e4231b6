using System.Net;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Client;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

/// <summary>Runs the examples of docs/guide/client.md.</summary>
public sealed class ClientGuideTests : ClientHarness
{
    [Fact]
    public async Task The_examples_do_what_the_guide_says()
    {
        await using var server = await ServeAsync(async request => HttpResponse.Text(
            $"{request.Method} {(await request.Body.ReadTextAsync()).Contains("holiday", StringComparison.Ordinal)}"));
        var url = UrlOf(server);
        Assert.Equal("GET False", await ClientExamples.GetAsync(Sys, url).Within("an answer"));
        Assert.Equal(200, await ClientExamples.PostAsync(Sys, url).Within("an answer"));
        Assert.Equal(1, (await ClientExamples.PoolAsync(Sys, url).Within("an answer")).Requests);
        Assert.Equal("GET False", await ClientExamples.HandlerAsync(Sys, url).Within("an answer"));
        var client = Sys.Http().CreateClient(HttpClientSettings.Default with
        {
            Middleware = [ClientExamples.Stamp(), .. HttpClientMiddlewares.Standard],
        });
        var path = Path.GetTempFileName();
        try
        {
            Assert.Equal("POST True", await ClientExamples.UploadAsync(client, url, path).Within("an answer"));
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Equal("200 OK", await ClientExamples.FailAsync(client, url).Within("an answer"));
        Assert.Equal(
            "safe to send again: Connect", await ClientExamples.FailAsync(client, "http://127.0.0.1:1/")
                .Within("a failure"));
    }

    [Fact]
    public async Task Events_connections_tunnels_pipelines_and_caches_do_what_the_guide_says()
    {
        await using var server = await ServeAsync(request => request.Method == HttpMethods.Connect
            ? HttpResponse.Tunnel(tunnel => tunnel.Input.CopyToAsync(tunnel.Output))
            : request.Headers["Accept"] == "text/event-stream"
                ? HttpResponse.Text("event: a\nid: 1\ndata: x\n\n").WithHeader("Content-Type", "text/event-stream")
                : HttpResponse.Text("hi").WithHeader("Cache-Control", "max-age=60"));
        var url = UrlOf(server);
        var client = ClientExamples.Pipelining(Sys);
        var shown = new List<string>();
        Assert.Equal(1, await ClientExamples.ReadEventsAsync(client, url, shown.Add).Within("the events"));
        Assert.Equal(["a 1: x"], shown);
        Assert.Equal("hihi", await ClientExamples.OwnConnectionAsync(Sys, url).Within("the answers"));
        Assert.Equal("ping", await ClientExamples.TunnelAsync(client, url, "any.test:1").Within("the echo"));
        var cache = new HttpCache();
        Assert.Equal(HttpCacheStatus.Miss, await ClientExamples.CachedAsync(client, url, cache).Within("an answer"));
        Assert.Equal(HttpCacheStatus.Hit, await ClientExamples.CachedAsync(client, url, cache).Within("an answer"));
        Assert.Equal("en", ClientExamples.Configured(Sys).Settings.Headers["Accept-Language"]);
        Assert.NotNull(ClientExamples.Asked("http://proxy.test", "u", "p").Credentials);
    }

    [Fact]
    public async Task A_client_reaches_a_handler_without_a_socket()
    {
        var client = Sys.Http().CreateClient(
            ClientExamples.ToHandler(Sys, HttpServerHandler.Of(request =>
                HttpResponse.Text($"{request.Host}{request.Target}"))));
        for (var i = 0; i < 3; i++)
        {
            using var response = await client.GetAsync($"http://any.test/{i}").Within("an answer");
            Assert.Equal($"any.test/{i}", await response.ReadTextAsync());
        }

        Assert.Equal(1, (await client.GetStatisticsAsync(HttpOrigin.Of("http://any.test"))!).Connections);
    }

    [Fact]
    public async Task A_pool_leads_to_a_Unix_socket()
    {
        var path = Path.Combine(Path.GetTempPath(), $"aleph-{Guid.NewGuid():N}.sock");
        await using var server = await Sys.Http().ServeAsync(
            HttpServerHandler.Of(request => HttpResponse.Text(request.Host)),
            HttpServerSettings.Default with
            {
                Tcp = TcpSettings.Default with { EndPoint = new System.Net.Sockets.UnixDomainSocketEndPoint(path) },
            });
        var client = Sys.Http().CreateClient(ClientExamples.OverUnixSocket(path));
        using var response = await client.GetAsync("http://docker/").Within("an answer");
        Assert.Equal("docker", await response.ReadTextAsync());
    }

    [Fact]
    public async Task Settings_say_whom_to_trust_and_where_to_connect_from()
    {
        var pki = TestPki.Trusted;
        var tls = new TlsServerSettings { Certificate = pki.With(pki.Server("localhost")) };
        await using var server = await Sys.Http().ServeAsync(
            HttpServerHandler.Of(request => HttpResponse.Text($"{request.Scheme} {request.RemoteEndPoint}")),
            HttpServerSettings.Default with { Tcp = TcpSettings.Default with { Tls = tls } });
        var url = $"https://localhost:{((IPEndPoint)server.LocalEndPoint).Port}/";
        var trusting = Sys.Http().CreateClient(
            ClientExamples.WithTls(pki.Trust, pki.With(pki.Client("me")), IPAddress.Parse("127.0.0.2")));
        using var response = await trusting.GetAsync(url).Within("an answer");
        Assert.StartsWith("https 127.0.0.2:", await response.ReadTextAsync(), StringComparison.Ordinal);
        Assert.NotNull(response.Info!.Timings.Tls);
        var failure = await Assert.ThrowsAsync<HttpClientException>(
            () => Sys.Http().CreateClient().GetAsync(url).Within("a failure"));
        Assert.Equal(HttpClientFailure.Tls, failure.Failure);
    }
}
