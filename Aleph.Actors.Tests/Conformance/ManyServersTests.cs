using System.Net;
using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>Many servers in one actor system know nothing of each other.</summary>
public sealed class ManyServersTests : IAsyncLifetime
{
    private readonly ActorSystem _system = ActorSystem.Create("many", "akka.loglevel = ERROR");

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _system.Terminate();

    [Fact]
    public async Task Two_servers_have_their_own_handlers_limits_counters_and_ends()
    {
        var strict = HttpServerSettings.Default with { MaxHeaderCount = 2 };
        var first = await _system.Http().ServeAsync(0, _ => HttpResponse.Text("first"), strict, "first");
        await using var second = await _system.Http().ServeAsync(0, _ => HttpResponse.Text("second"), name: "second");

        Assert.Equal((200, "first"), await AskAsync(first, fields: 2));
        Assert.Equal(431, (await AskAsync(first, fields: 3)).Status);
        Assert.Equal((200, "second"), await AskAsync(second, fields: 3));
        Assert.Equal(2, await RequestsAsync(first));
        Assert.Equal(1, await RequestsAsync(second));

        await first.DrainAsync().Within("the end of the first");
        Assert.Equal((200, "second"), await AskAsync(second, fields: 1));
    }

    [Fact]
    public async Task A_hundred_ports_in_one_system_are_served_and_drained_at_once()
    {
        var servers = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            i => _system.Http().ServeAsync(0, _ => HttpResponse.Text($"server {i}")))).Within("a hundred servers");
        Assert.Equal(100, servers.Select(x => ((IPEndPoint)x.LocalEndPoint).Port).Distinct().Count());

        var answers = await Task.WhenAll(servers.Select(x => AskAsync(x, fields: 1))).Within("a hundred answers");
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (200, $"server {i}")), answers);
        foreach (var server in servers)
            Assert.Equal(1, (await server.GetStatisticsAsync()).Accepted);

        await Task.WhenAll(servers.Select(x => x.DrainAsync())).Within("the end of all");
        Assert.All(servers, x => Assert.False(x.IsReady));
    }

    private static async Task<(int Status, string Body)> AskAsync(ServerBinding server, int fields)
    {
        using var client = await RawClient.ConnectAsync(server.LocalEndPoint);
        var more = string.Concat(Enumerable.Range(1, fields - 1).Select(x => $"|X-{x}: y"));
        await client.SendAsync(RawClient.Bytes($"GET / HTTP/1.1|Host: a{more}||"));
        var answer = await client.ReadResponseAsync().Within("an answer");
        return (answer.Status, answer.Body);
    }

    private static async Task<long> RequestsAsync(ServerBinding server) =>
        ((HttpServerProtocol.Statistics)await server.Actor.Ask<ServerProtocol.Event>(
            HttpServerProtocol.GetStatistics.Instance).Within("statistics")).Requests;
}
