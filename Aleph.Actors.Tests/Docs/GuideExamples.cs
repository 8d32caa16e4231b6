using System.Globalization;
using System.Net;
using System.Text;
using Akka;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The examples of README.md and docs/guide.md, each a method; GuideTests runs them.</summary>
internal static class GuideExamples
{
    public static async Task TalkToAServerActorAsync(ActorSystem system)
    {
        var api = system.ActorOf(HttpServer.Props(request => HttpResponse.Text($"hello, {request.Path}")), "api");

        var bound = await api.Ask<ServerProtocol.Bound>(ServerProtocol.GetBound.Instance);
        var counters = await api.Ask<HttpServerProtocol.Statistics>(HttpServerProtocol.GetStatistics.Instance);
        Console.WriteLine($"{bound.LocalEndPoint} has answered {counters.Requests} requests");

        await api.GracefulStop(TimeSpan.FromSeconds(30), new ServerProtocol.Drain(TimeSpan.FromSeconds(25)));
    }

    public static async Task<ServerBinding> ServeAStreamAsync(ActorSystem system)
    {
        var binding = await HttpStreams.Bind(system, port: 0)
            .Throttle(100, TimeSpan.FromSeconds(1), 100, ThrottleMode.Shaping)
            .To(Sink.ForEach<IncomingHttpConnection>(c => c.HandleWith(request => HttpResponse.Text(request.Path))))
            .Run(system.Materializer());
        return binding;
    }

    public static void JoinAConnection(IncomingHttpConnection connection, IMaterializer materializer)
    {
        var greet = Flow.Create<HttpRequest>().Select(request => HttpResponse.Text("hello, " + request.Path));
        connection.AsFlow().Join(greet).Run(materializer);
    }

    public static HttpServerHandler[] Handlers(
        IActorRef actor, Props props, Flow<HttpRequest, HttpResponse, NotUsed> flow)
    {
        HttpServerHandler[] handlers =
        [
            HttpServerHandler.Of(request => HttpResponse.Text("at once")),
            HttpServerHandler.Of(async request => HttpResponse.Text(await request.Body.ReadTextAsync())),
            HttpServerHandler.OfCallback((request, respond, raise) => respond(HttpResponse.Text("called back"))),
            HttpServerHandler.ToActor(actor),
            HttpServerHandler.ActorPerRequest(props),
            HttpServerHandler.Through(flow),
        ];
        return handlers;
    }

    public static async ValueTask<HttpResponse> CountBytesAsync(HttpRequest request)
    {
        var total = 0L;
        await foreach (var part in request.Body.ReadElementsAsync())
            total += part.Length;
        return HttpResponse.Text($"{total} bytes");
    }

    public static HttpResponse StreamWithTrailers()
    {
        var sum = 0;
        return HttpResponse.Of(HttpBody.From(Numbers()), contentType: "text/plain")
            .WithTrailers(() => HttpHeaders.Of(("Sum", sum.ToString(CultureInfo.InvariantCulture))));

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Numbers()
        {
            for (var number = 1; number <= 10; number++)
            {
                sum += number;
                yield return Encoding.ASCII.GetBytes($"{number}\n");
                await Task.Yield();
            }
        }
    }

    public static async Task<ServerBinding> LimitAsync(ActorSystem system, HttpHandler upload)
    {
        var settings = system.Http().Settings with
        {
            MaxBodySize = 1024 * 1024,
            RequestHeadersTimeout = TimeSpan.FromSeconds(10),
            OnRejected = error => HttpResponse.Text($"no: {error.Summary}", error.Status),
        };
        return await system.Http().ServeAsync(0, upload, settings);
    }

    public static ValueTask<HttpResponse> RaiseTheLimit(HttpRequest request)
    {
        if (request.Path == "/large")
            request.SetMaxBodySize(null);
        return CountBytesAsync(request);
    }

    public static async Task EndAsync(ServerBinding server)
    {
        await server.UnbindAsync();
        await server.DrainAsync(TimeSpan.FromSeconds(10));
        await server.Completion;
    }

    public static async Task<ServerBinding> ServeYourOwnProtocolAsync(ActorSystem system)
    {
        var settings = TcpSettings.Default with
        {
            EndPoint = new IPEndPoint(IPAddress.Loopback, 7000),
            MaxConnections = 1000,
        };
        var server = await TcpServer.BindAsync(system, info => new ShoutProtocol(), settings);
        return server;
    }

    public static HttpServerSettings Filtered(ActorSystem system)
    {
        var settings = system.Http().Settings;
        settings = settings with
        {
            Tcp = settings.Tcp with
            {
                FilterBeforeTls = info => new XorFilter(0x55),
                ConfigureConnection = socket => socket.ReceiveBufferSize = 64 * 1024,
            },
        };
        return settings;
    }
}
