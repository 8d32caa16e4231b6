using System.Diagnostics;
using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>
/// Meters and activities of HTTP servers, as OpenTelemetry gathers them. Alone, because it listens to all servers of
/// the process.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class TelemetryTests : IDisposable
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string ParentId = "b7ad6b7169203331";
    private const string TraceParent = $"traceparent: 00-{TraceId}-{ParentId}-01";

    private static readonly ActivitySource Own = new("Aleph.Actors.Tests.Own");

    private readonly List<Activity> _activities = [];
    private readonly List<Metric> _metrics = [];
    private readonly TracerProvider _tracer;
    private readonly MeterProvider _meters;

    public TelemetryTests()
    {
        _tracer = Sdk.CreateTracerProviderBuilder().AddSource(Meters.Server, Own.Name)
            .AddInMemoryExporter(_activities).Build();
        _meters = Sdk.CreateMeterProviderBuilder().AddMeter(Meters.Server).AddInMemoryExporter(_metrics).Build();
    }

    public void Dispose()
    {
        _tracer.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public async Task Requests_are_measured_with_the_names_of_OpenTelemetry()
    {
        var routes = new HttpRoutes().Get("/users/{id}", _ => HttpResponse.Text("x"))
            .Get("/boom", (HttpHandler)(_ => throw new InvalidOperationException()));
        await using (var host = await HttpHost.StartAsync(routes.ToHandler()))
        {
            await AskAsync(host, "GET /users/7?secret=1");
            await AskAsync(host, "GET /boom");
            await AskAsync(host, "GET /none");
            await AskAsync(host, "BREW /none");
            await AskAsync(host, "nonsense");
        }

        Assert.Equal(
            [
                "1.1 GET  404 http ",
                "1.1 GET /boom 500 http System.InvalidOperationException",
                "1.1 GET /users/{id} 200 http ",
                "1.1 _OTHER  400 http ",
                "1.1 _OTHER  404 http ",
            ],
            Points("http.server.request.duration").Select(Describe).Order(StringComparer.Ordinal));
        Assert.All(Points("http.server.request.duration"), x => Assert.Equal(1, x.GetHistogramCount()));
        Assert.All(Points("http.server.active_requests"), x => Assert.Equal(0, x.GetSumLong()));
        Assert.Contains("http.server.active_requests", Names());
        Assert.Contains("aleph.server.active_connections", Names());
        Assert.Contains("aleph.server.connection.duration", Names());
    }

    [Fact]
    public async Task Activities_go_on_from_the_trace_of_the_client_and_are_current_in_handlers()
    {
        string? inHandler = null, afterAwait = null;
        var routes = new HttpRoutes().Get("/a/{b}", async request =>
        {
            inHandler = Activity.Current?.TraceId.ToString();
            Assert.Equal(request.TraceContext, Activity.Current!.Context);
            await Task.Yield();
            afterAwait = Activity.Current?.SpanId.ToString();
            return HttpResponse.Text(request.Id);
        });
        await using (var host = await HttpHost.StartAsync(routes.ToHandler()))
            Assert.Equal("1-1", await AskAsync(host, "GET /a/c?secret=1", TraceParent, "tracestate: v=1"));

        var activity = Assert.Single(_activities);
        Assert.Equal((TraceId, ParentId), (activity.TraceId.ToString(), activity.ParentSpanId.ToString()));
        Assert.Equal((TraceId, activity.SpanId.ToString()), (inHandler, afterAwait));
        Assert.Equal("v=1", activity.TraceStateString);
        Assert.Equal((ActivityKind.Server, "GET /a/{b}"), (activity.Kind, activity.DisplayName));
        Assert.Equal("/a/c", activity.GetTagItem("url.path"));
        Assert.Equal("/a/{b}", activity.GetTagItem("http.route"));
        Assert.Equal(200, activity.GetTagItem("http.response.status_code"));
        Assert.Equal("1-1", activity.GetTagItem("aleph.request.id"));
        Assert.Equal("127.0.0.1", activity.GetTagItem("network.peer.address"));
        Assert.DoesNotContain(activity.TagObjects, x => $"{x.Value}".Contains("secret", StringComparison.Ordinal));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task The_activity_is_current_while_bodies_are_made_and_ends_after_them()
    {
        var seen = new List<Activity?>();
        var routes = new HttpRoutes()
            .Get("/elements", _ => HttpResponse.Of(HttpBody.From(Elements())))
            .Get("/pushed", _ => HttpResponse.Of(HttpBody.Write(async (writer, aborted) =>
            {
                seen.Add(Activity.Current);
                await writer.WriteAsync("x"u8.ToArray(), aborted);
                seen.Add(Activity.Current);
            })));
        await using (var host = await HttpHost.StartAsync(routes.ToHandler()))
        {
            Assert.Equal("ab", await AskAsync(host, "GET /elements", TraceParent));
            Assert.Equal("x", await AskAsync(host, "GET /pushed", TraceParent));
        }

        Assert.Equal(2, _activities.Count);
        Assert.Equal(
            [_activities[0], _activities[0], _activities[0], _activities[1], _activities[1]], seen);

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Elements()
        {
            seen.Add(Activity.Current);
            yield return "a"u8.ToArray();
            await Task.Yield();
            seen.Add(Activity.Current);
            Assert.Equal(TimeSpan.Zero, Activity.Current!.Duration);
            yield return "b"u8.ToArray();
            seen.Add(Activity.Current);
        }
    }

    [Fact]
    public async Task Traces_go_on_across_a_Tell_to_a_handler_actor()
    {
        await using (var host = await HttpHost.StartAsync())
        {
            var actor = host.System.ActorOf(Props.Create(() => new Worker()));
            var server = await host.System.Http().ServeAsync(0, HttpServerHandler.ToActor(actor));
            using var client = await RawClient.ConnectAsync((System.Net.IPEndPoint)server.LocalEndPoint);
            await client.SendAsync(RawClient.Bytes($"GET /a HTTP/1.1|Host: a|{TraceParent}||"));
            await client.ReadResponseAsync().Within("an answer");
            await server.DrainAsync().Within("the end of the server");
        }

        var server1 = Assert.Single(_activities, x => x.Source.Name == Meters.Server);
        var work = Assert.Single(_activities, x => x.Source.Name == Own.Name);
        Assert.Equal(TraceId, work.TraceId.ToString());
        Assert.Equal(server1.SpanId, work.ParentSpanId);
    }

    [Fact]
    public async Task What_goes_wrong_is_an_error_with_its_type()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var host = await HttpHost.StartAsync(async request =>
        {
            if (request.Path == "/boom")
                throw new InvalidOperationException("secret");
            asked.TrySetResult();
            await Task.Delay(Timeout.Infinite, request.Aborted);
            return null!;
        }))
        {
            await AskAsync(host, "GET /boom");
            using var client = await RawClient.ConnectAsync(host.EndPoint);
            await client.SendAsync(RawClient.Bytes("GET /left HTTP/1.1|Host: a||"));
            await asked.Task.Within("the handler runs");
            client.Reset();
            await Pacing.UntilAsync(
                async () => (await host.StatisticsAsync()).ActiveRequests == 0, "the exchange ended");
        }

        Assert.All(_activities, x => Assert.Equal(ActivityStatusCode.Error, x.Status));
        Assert.Equal(
            ["System.InvalidOperationException", "connection_reset"],
            _activities.Select(x => x.GetTagItem("error.type")));
        Assert.Equal([500, null], _activities.Select(x => x.GetTagItem("http.response.status_code")));
        Assert.DoesNotContain(
            _activities.SelectMany(x => x.TagObjects), x => $"{x.Value}".Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ids_of_requests_are_in_activities_and_logs()
    {
        string? seen = null;
        HttpHandler handler = request =>
        {
            seen = request.Id;
            return new(HttpResponse.Text("x"));
        };
        await using var host = await HttpHost.StartAsync(handler.Inside(RequestIds.Assign(trust: true)));
        await AskAsync(host, "GET /", "X-Request-Id: mine-1");
        Assert.Equal("mine-1", seen);
    }

    private static async Task<string> AskAsync(HttpHost host, string line, params string[] fields)
    {
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        var more = string.Concat(fields.Select(x => $"|{x}"));
        var version = line == "nonsense" ? "" : " HTTP/1.1";
        await client.SendAsync(RawClient.Bytes($"{line}{version}|Host: a{more}||"));
        return (await client.ReadResponseAsync().Within("an answer")).Body;
    }

    private static string Describe(MetricPoint point)
    {
        var tags = new Dictionary<string, object?>();
        foreach (var (name, value) in point.Tags)
            tags.Add(name, value);
        return string.Join(' ', new[]
        {
            "network.protocol.version", "http.request.method", "http.route", "http.response.status_code", "url.scheme",
            "error.type",
        }.Select(x => tags.GetValueOrDefault(x)));
    }

    private string[] Names()
    {
        _meters.ForceFlush();
        return [.. _metrics.Select(x => x.Name)];
    }

    private List<MetricPoint> Points(string name)
    {
        _metrics.Clear();
        _meters.ForceFlush();
        var points = new List<MetricPoint>();
        foreach (var metric in _metrics.Where(x => x.Name == name))
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
                points.Add(point);
        }

        return points;
    }

    private sealed class Worker : ReceiveActor
    {
        public Worker() => Receive<HttpRequest>(request =>
        {
            using var work = Own.StartActivity("work", ActivityKind.Internal, request.TraceContext);
            Sender.Tell(HttpResponse.Text("done"));
        });
    }
}
