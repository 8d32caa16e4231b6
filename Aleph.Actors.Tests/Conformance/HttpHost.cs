using System.Collections.Concurrent;
using System.Net;
using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>
/// An HTTP server on a loopback port, in an actor system of its own, that notes what its handler was asked.
/// </summary>
internal sealed class HttpHost : IAsyncDisposable
{
    private const string Quiet =
        "akka { loglevel = ERROR, stdout-loglevel = OFF, log-dead-letters = off, loggers = [] }";

    private HttpHost(ActorSystem system) => System = system;

    public ActorSystem System { get; }

    public ServerBinding Binding { get; private set; } = null!;

    public IPEndPoint EndPoint => (IPEndPoint)Binding.LocalEndPoint;

    public Uri Uri => new($"http://{EndPoint}/");

    /// <summary>Method and target of every request that reached the handler.</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    /// <summary>Starts a server that answers every request with method, target and length of the content.</summary>
    public static Task<HttpHost> StartAsync(HttpServerSettings? settings = null) => StartAsync(DescribeAsync, settings);

    public static async Task<HttpHost> StartAsync(
        HttpHandler handler, HttpServerSettings? settings = null, IPAddress? address = null)
    {
        var host = new HttpHost(ActorSystem.Create("http", Quiet));
        settings ??= HttpServerSettings.Default;
        settings = settings with
        {
            Tcp = settings.Tcp with { EndPoint = new IPEndPoint(address ?? IPAddress.Loopback, 0) },
        };
        host.Binding = await host.System.Http().ServeAsync(
            HttpServerHandler.Of(request =>
            {
                host.Seen.Enqueue($"{request.Method} {request.Target}");
                return handler(request);
            }),
            settings,
            "http").Within("the server bound");
        return host;
    }

    /// <summary>The default settings, over one transport.</summary>
    public static HttpServerSettings Over(TcpTransport transport) => HttpServerSettings.Default with
    {
        Tcp = TcpSettings.Default with { Transport = transport },
    };

    /// <summary>What the default handler does.</summary>
    public static async ValueTask<HttpResponse> DescribeAsync(HttpRequest request)
    {
        var content = await request.Body.ReadBytesAsync();
        return HttpResponse.Text($"{request.Method} {request.Target} {content.Length}");
    }

    public async Task<HttpServerProtocol.Statistics> StatisticsAsync() =>
        (HttpServerProtocol.Statistics)await Binding.Actor
            .Ask<ServerProtocol.Event>(HttpServerProtocol.GetStatistics.Instance)
            .Within("the server told its statistics");

    /// <summary>A new connection gets an answer within <paramref name="limit"/>.</summary>
    public async Task AnswersAsync(TimeSpan limit)
    {
        using var client = await RawClient.ConnectAsync(EndPoint);
        await client.SendAsync(RawClient.Bytes("GET /alive HTTP/1.1|Host: a||"));
        var answer = await client.ReadResponseAsync().Within(limit, "a new connection was answered");
        Xunit.Assert.Equal(200, answer.Status);
    }

    public async ValueTask DisposeAsync()
    {
        await Binding.DrainAsync(TimeSpan.Zero).Within("the server ended");
        await System.Terminate().Within("the actor system ended");
    }
}
