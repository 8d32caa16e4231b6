using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The code of docs/guide/server.md and docs/guide/operations.md.</summary>
public sealed class ServerExamples : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("guide", "akka.loglevel = ERROR");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Fact]
    public void Settings_are_changed_in_code()
    {
        var system = _system;
        var settings = system.Http().Settings with
        {
            MaxBodySize = 1_000_000,
            HandlerTimeout = TimeSpan.FromSeconds(10),
        };
        settings = settings with { Tcp = settings.Tcp with { MaxConnections = 10_000 } };
        Assert.Empty(settings.Validate());
        var compression = CompressionSettings.FromConfig(system.Settings.Config);
        var uploads = MultipartSettings.FromConfig(system.Settings.Config);
        Assert.Empty(compression.Validate().Concat(uploads.Validate()));
    }

    [SkippableFact]
    public async Task Sockets_are_handed_over()
    {
        Skip.If(OperatingSystem.IsWindows(), "descriptors are not inherited by number on Windows");
        // The old process: its own socket, and the number that the new one is told.
        var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var old = TcpSettings.Default with { Socket = listening };
        var number = InheritedSocket.Share(listening);

        // The new process.
        var successor = TcpSettings.Default with { InheritedSocket = InheritedSocket.Descriptor(number) };
        Assert.Empty(old.Validate());
        await using var server = await TcpServer.BindAsync(_system, _ => new Tcp.EchoProtocol(), successor);
        Assert.Equal(listening.LocalEndPoint, server.LocalEndPoint);
    }

    [Fact]
    public async Task Servers_answer_questions()
    {
        await using var server = await _system.Http().ServeAsync(
            0, HttpServerHandler.ToActor(_system.ActorOf(Props.Create(() => new Worker()))));
        using var client = new HttpClient();
        var url = new Uri($"http://{server.LocalEndPoint}/");
        Assert.Equal("done", await client.GetStringAsync(url).Within("an answer"));
        Assert.Equal("1 requests, 0 of them 500", await AskAsync(server));
    }

    // Not run: the guide says 8080, which may be taken here.
    internal static async Task HelloAsync(ActorSystem system)
    {
        await using var server = await system.Http().ServeAsync(8080, _ => HttpResponse.Text("hello!"));
    }

    internal static async Task ReadyAsync(ActorSystem system)
    {
        var readiness = new ServerReadiness();
        var routes = new HttpRoutes()
            .Get("/ready", HttpHealth.Readiness(readiness))
            .Get("/", _ => HttpResponse.Text("hello!"));
        var settings = system.Http().Settings;
        settings = settings with
        {
            Tcp = settings.Tcp with { Readiness = readiness, ReadinessDelay = TimeSpan.FromSeconds(5) },
        };
        await using var server = await system.Http().ServeAsync(8080, routes.ToHandler(), settings);
    }

    private static async Task<string> AskAsync(ServerBinding server)
    {
        var statistics = (HttpServerProtocol.Statistics)await server.Actor
            .Ask<ServerProtocol.Event>(HttpServerProtocol.GetStatistics.Instance);
        Console.WriteLine($"{statistics.Requests} requests, {statistics.ByStatus.GetValueOrDefault(500)} of them 500");
        return $"{statistics.Requests} requests, {statistics.ByStatus.GetValueOrDefault(500)} of them 500";
    }

    private sealed class Worker : ReceiveActor
    {
        private static readonly ActivitySource Source = new("Shop");

        public Worker() => Receive<HttpRequest>(request =>
        {
            using var work = Source.StartActivity("work", ActivityKind.Internal, request.TraceContext);
            Sender.Tell(HttpResponse.Text("done"));
        });
    }
}
