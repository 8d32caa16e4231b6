using System.Text;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors;
using Aleph.Actors.Http;

namespace HttpFeatures;

/// <summary>What a server tells of itself while it runs, and what can be changed of it.</summary>
internal sealed class Operations : IDisposable
{
    private readonly ServerReadiness _readiness = new();
    private readonly MeterSnapshot _meters = new(Meters.Server);
    private HttpServerSettings _settings = HttpServerSettings.Default;

    /// <summary>Set as soon as it runs.</summary>
    public ServerBinding? Server { get; set; }

    /// <summary>The settings to serve with.</summary>
    public HttpServerSettings Settings(HttpServerSettings settings, bool logsWire) => _settings = settings with
    {
        Tcp = settings.Tcp with
        {
            Readiness = _readiness,
            WireLog = settings.Tcp.WireLog with { Level = logsWire ? LogLevel.InfoLevel : null },
        },
    };

    public void Map(HttpRoutes routes) => routes
        .Get("/ready", HttpHealth.Readiness(_readiness))
        .Get("/statistics", StatisticsAsync)
        .Get("/connection", ConnectionAsync)
        .Get("/metrics", _ => HttpResponse.Text(_meters.ToString()))
        .Post("/limits/{fields:int}", ChangeLimitsAsync)
        .Post("/drain", Drain);

    public void Dispose() => _meters.Dispose();

    private async ValueTask<HttpResponse> StatisticsAsync(HttpRequest request)
    {
        var statistics = (HttpServerProtocol.Statistics)await AskAsync(HttpServerProtocol.GetStatistics.Instance);
        var text = new StringBuilder(
            $"connections {statistics.Connections.Open} of {statistics.Connections.Accepted}\n"
            + $"requests {statistics.Requests}, active {statistics.ActiveRequests}, failed {statistics.Failed}\n");
        foreach (var (status, count) in statistics.ByStatus.OrderBy(x => x.Key))
            text.Append($"status {status}: {count}\n");
        return HttpResponse.Text(text.ToString());
    }

    private async ValueTask<HttpResponse> ConnectionAsync(HttpRequest request)
    {
        var description = await Server!.Actor.Ask<ConnectionDescription>(
            new ServerProtocol.DescribeConnection(request.ConnectionId), TimeSpan.FromSeconds(5));
        return HttpResponse.Text(
            $"{description.Info.RemoteEndPoint} speaks {description.Protocol}, {description.State}\n"
            + string.Concat(description.Exchanges.Select(exchange => $"{exchange.Summary}: {exchange.State}\n")));
    }

    private async ValueTask<HttpResponse> ChangeLimitsAsync(HttpRequest request)
    {
        var changed = _settings with { MaxHeaderCount = request.RouteValues().Get<int>("fields") };
        if (await AskAsync(new HttpServerProtocol.SetLimits(changed)) is ServerProtocol.CommandFailed failed)
            return HttpResponse.Problem(400, failed.Cause.Message);
        _settings = changed;
        return HttpResponse.Text($"{changed.MaxHeaderCount} fields from now on\n");
    }

    private HttpResponse Drain(HttpRequest request)
    {
        // The program waits for its end.
        _ = Server!.DrainAsync();
        return HttpResponse.Text("drains\n");
    }

    private Task<ServerProtocol.Event> AskAsync(ServerProtocol.Command command) =>
        Server!.Actor.Ask<ServerProtocol.Event>(command, TimeSpan.FromSeconds(5));
}
