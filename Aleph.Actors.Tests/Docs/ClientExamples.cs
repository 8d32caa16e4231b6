using System.Net;
using System.Text;
using Akka.Actor;
using Aleph.Actors.Http;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The examples of docs/guide/client.md, each a method; ClientGuideTests runs them.</summary>
internal static class ClientExamples
{
    public static async Task<string> GetAsync(ActorSystem system, string url)
    {
        using var response = await system.Http().GetAsync(url);
        var text = await response.ReadTextAsync();
        return text;
    }

    public static async Task<int> PostAsync(ActorSystem system, string url)
    {
        var client = system.Http().CreateClient(HttpClientSettings.Default with
        {
            Pool = HttpPoolSettings.Default with { MaxConnections = 32, QueueSize = 1000 },
            Options = RequestOptions.None with
            {
                Timeout = TimeSpan.FromSeconds(10),
                Decompress = true,
                ThrowOnError = true,
                Cookies = new CookieStore(),
                Retry = new HttpRetry { Count = 2 },
            },
        });
        var request = HttpRequest.Post(url, HttpBody.Empty)
            .WithJson(new { Name = "a" })
            .WithHeader("X-Trace", "1")
            .WithOptions(RequestOptions.None with { FollowRedirects = false });
        using var response = await client.SendAsync(request);
        await client.CloseAsync(TimeSpan.FromSeconds(5));
        return response.Status.Code;
    }

    public static async Task<HttpPoolStatistics> PoolAsync(ActorSystem system, string url)
    {
        var pool = system.ActorOf(HttpClientPool.Props(HttpOrigin.Of(url)), "backend");
        var response = await pool.Ask<HttpResponse>(HttpRequest.Get(url));
        response.Dispose();
        var now = await pool.Ask<HttpPoolStatistics>(HttpClientPoolProtocol.GetStatistics.Instance);
        await pool.Ask<HttpClientPoolProtocol.Closed>(new HttpClientPoolProtocol.Close(TimeSpan.FromSeconds(5)));
        return now;
    }

    public static async Task<string> HandlerAsync(ActorSystem system, string url)
    {
        using var http = new HttpClient(new AlephHttpMessageHandler(system.Http().Client));
        return await http.GetStringAsync(url);
    }

    public static HttpClientMiddleware Stamp() => (request, next, cancellation) =>
        next(request.WithHeader("X-Sent-At", DateTimeOffset.UtcNow.ToString("O")), cancellation);

    public static HttpClientSettings Through(HttpProxy proxy) => HttpClientSettings.Default with
    {
        Proxy = HttpProxy.Except(proxy, "localhost", "10.0.0.0/8", "internal.example"),
    };

    public static async Task<string> UploadAsync(AlephHttpClient client, string url, string path)
    {
        var form = new MultipartForm().Add("title", "holiday").AddFile("photo", path);
        using var response = await client.SendAsync(HttpRequest.Post(url, HttpBody.Empty).WithMultipart(form));
        return await response.ReadTextAsync();
    }

    public static async Task<string> FailAsync(AlephHttpClient client, string url)
    {
        try
        {
            using var response = await client.GetAsync(url);
            return $"{response.Status}";
        }
        catch (ConnectTimeoutException)
        {
            return "nobody there";
        }
        catch (HttpClientException failure) when (failure.IsUnsent)
        {
            return $"safe to send again: {failure.Failure}";
        }
        catch (HttpClientException failure)
        {
            return $"{failure.Failure}: {failure.Message}";
        }
    }

    public static HttpPoolSettings OverUnixSocket(string path) => HttpPoolSettings.Default with
    {
        EndPoint = new System.Net.Sockets.UnixDomainSocketEndPoint(path),
    };

    public static HttpPoolSettings ToHandler(ActorSystem system, HttpServerHandler handler) =>
        HttpPoolSettings.Default with { Transport = system.Http().InMemory(handler) };

    public static async Task<int> ReadEventsAsync(AlephHttpClient client, string url, Action<string> show)
    {
        var count = 0;
        var response = await client.SendAsync(HttpRequest.Get(url).WithHeader("Accept", "text/event-stream"));
        await foreach (var item in response.ReadEventsAsync())
        {
            show($"{item.EventType} {item.EventId}: {item.Data}");
            count++;
        }

        return count;
    }

    public static async Task<string> OwnConnectionAsync(ActorSystem system, string url)
    {
        await using var connection = await system.Http().ConnectAsync(HttpOrigin.Of(url));
        using var first = await connection.SendAsync(HttpRequest.Get(url));
        using var second = await connection.SendAsync(HttpRequest.Get(url));
        var text = await first.ReadTextAsync() + await second.ReadTextAsync();
        await connection.CloseAsync(TimeSpan.FromSeconds(1));
        return text;
    }

    public static async Task<string> TunnelAsync(AlephHttpClient client, string proxy, string authority)
    {
        var response = await client.SendAsync(HttpRequest.Connect(proxy, authority));
        if (response.Info!.Tunnel is not { } tunnel)
            return $"refused: {response.Status}";
        await using (tunnel)
        {
            await tunnel.Output.WriteAsync("ping"u8.ToArray());
            var answer = await tunnel.Input.ReadAtLeastAsync(4);
            return Encoding.ASCII.GetString(answer.Buffer);
        }
    }

    public static AlephHttpClient Pipelining(ActorSystem system) => system.Http().CreateClient(
        HttpPoolSettings.Default with { MaxConnections = 2, PipelineDepth = 8 });

    public static async Task<HttpCacheStatus> CachedAsync(AlephHttpClient client, string url, HttpCache cache)
    {
        var request = HttpRequest.Get(url)
            .WithHeader("Cache-Control", "max-stale=60")
            .WithOptions(RequestOptions.None with { Cache = cache });
        using var response = await client.SendAsync(request);
        await response.ReadTextAsync();
        return response.Info!.Cache;
    }

    public static AlephHttpClient Configured(ActorSystem system)
    {
        var settings = HttpClientSettings.FromConfig(system.Settings.Config);
        return system.Http().CreateClient(settings with { Headers = HttpHeaders.Of(("Accept-Language", "en")) });
    }

    public static HttpProxy Asked(string url, string user, string password) => HttpProxy.Of(url) with
    {
        Credentials = HttpCredentials.Negotiate(new NetworkCredential(user, password)),
    };

    public static HttpPoolSettings WithTls(TlsTrust trust, TlsCertificate certificate, IPAddress local) =>
        HttpPoolSettings.Default with
        {
            Tcp = TcpClientSettings.Default with
            {
                LocalEndPoint = new IPEndPoint(local, 0),
                Tls = TlsClientSettings.Default with { Trust = trust, Certificate = certificate },
            },
        };
}
