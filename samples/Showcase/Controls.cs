using Akka.Actor;
using Aleph.Actors;
using Aleph.Actors.Http;

namespace Showcase;

/// <summary>What the page can do to connections and servers.</summary>
internal sealed class Controls(IActorRef monitor, SecondServer second)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The facts of one connection, by <see cref="ServerProtocol.DescribeConnection"/>.</summary>
    public async ValueTask<HttpResponse> DescribeAsync(HttpRequest request)
    {
        var (name, id) = Named(request);
        if (await FindAsync(name) is not { } server)
            return NoServer(name);
        return await server.Ask(new ServerProtocol.DescribeConnection(id), Patience) is ConnectionDescription found
            ? HttpResponse.Json(Facts(name, found), PictureJson.Default.ConnectionFacts)
            : HttpResponse.Problem(404, $"The server {name} has no connection {id}.");
    }

    /// <summary>Kills the connection's actor, as a bug in it would; its supervisor lets that one end.</summary>
    public async ValueTask<HttpResponse> CrashAsync(HttpRequest request)
    {
        var (name, id) = Named(request);
        if (await FindAsync(name) is not { } server)
            return NoServer(name);
        try
        {
            var path = server.Path / "connections" / id.ToString(null, null);
            var connection = await ((IInternalActorRef)server).Provider.ResolveActorRef(path)
                .Ask<ActorIdentity>(new Identify(null), Patience);
            connection.Subject?.Tell(Kill.Instance);
            return connection.Subject is null ? HttpResponse.Problem(404, "It has ended already.")
                : HttpResponse.Of(HttpStatus.NoContent);
        }
        catch (AskTimeoutException)
        {
            return HttpResponse.Problem(404, $"The server {name} has no connection {id}.");
        }
    }

    /// <summary>Drains the second server and starts it again.</summary>
    public async ValueTask<HttpResponse> RestartAsync(HttpRequest request) => await second.RestartAsync()
        ? HttpResponse.Of(HttpStatus.NoContent)
        : HttpResponse.Problem(409, "It is being restarted.");

    private static (string Name, long Id) Named(HttpRequest request) =>
        (request.RouteValues()["server"]!, request.RouteValues().Get<long>("id"));

    private static HttpResponse NoServer(string name) => HttpResponse.Problem(404, $"There is no server {name}.");

    private static ConnectionFacts Facts(string server, ConnectionDescription found) => new(
        server,
        found.Info.Id,
        $"{found.Info.RemoteEndPoint}",
        $"{found.Info.LocalEndPoint}",
        found.Protocol,
        found.State.ToString(),
        found.Info.Tls is { } tls ? $"{tls.Protocol} {tls.CipherSuite}" : null,
        Math.Round(found.Age.TotalSeconds, 1),
        found.BytesReceived,
        found.BytesSent,
        found.BytesBuffered,
        [.. found.Exchanges.Select(exchange => $"{exchange}")]);

    private async Task<IActorRef?> FindAsync(string name) =>
        (await monitor.Ask<MonitorActor.Found>(new MonitorActor.Find(name), Patience)).Server;
}
