using System.Net;
using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Client;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>HTTP/1.0 requests, the end of clients with their system, and the lifetime of connections.</summary>
public sealed class VersionTests()
    : ClientHarness("akka.coordinated-shutdown.phases.service-stop.timeout = 60s")
{
    [Fact]
    public async Task Speaks_HTTP_1_0_and_uses_the_connection_once()
    {
        var scripted = Scripted();
        var answer = scripted.Client.SendAsync(HttpRequest.Post(ScriptedClient.Url, HttpBody.From("hello"))
            .WithVersion(HttpVersion.Version10));
        var server = await scripted.Peers.NextAsync();
        var head = await server.AnswerAsync("HTTP/1.0 200 OK|Connection: keep-alive|Content-Length: 2||hi");
        Assert.StartsWith("POST / HTTP/1.0\r\nHost: server.test\r\n", head, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 5\r\n", head, StringComparison.Ordinal);
        using var response = await answer.Within("the answer");
        Assert.Equal("hi", await response.Body.ReadTextAsync());
        Assert.Equal("hello", await server.ReadToEndAsync());
    }

    [Fact]
    public async Task HTTP_1_0_takes_no_chunks_and_other_versions_are_refused()
    {
        var request = HttpRequest.Post(
            ScriptedClient.Url, HttpBody.From(AsyncEnumerable.Empty<ReadOnlyMemory<byte>>()));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await Scripted().Client.SendAsync(request.WithVersion(HttpVersion.Version10)));
        Assert.Throws<ArgumentException>(() => request.WithVersion(HttpVersion.Version20));
    }

    [Fact]
    public async Task A_coordinated_shutdown_lets_requests_finish()
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        var shutdown = CoordinatedShutdown.Get(Sys).Run(CoordinatedShutdown.ClrExitReason.Instance);
        while (scripted.Client.IsClosing is false)
            await Task.Yield();
        await server.WriteAsync("HTTP/1.1 200 OK|Content-Length: 2||hi");
        using var response = await answer.Within("the answer");
        Assert.Equal("hi", await response.Body.ReadTextAsync());
        await shutdown.Within("the system shut down");
    }

    [Fact]
    public void Connections_live_up_to_a_tenth_longer_or_shorter()
    {
        var context = new ClientContext(
            Sys, ScriptedClient.Origin, HttpPoolSettings.Default with { Lifetime = TimeSpan.FromSeconds(100) });
        var second = context.Time.TimestampFrequency;
        var ends = Enumerable.Range(0, 1000).Select(_ => context.LifetimeEnd(0)).ToArray();
        Assert.All(ends, x => Assert.InRange(x, 90 * second, 110 * second));
        Assert.InRange(ends.Max() - ends.Min(), 10 * second, 20 * second);
        Assert.Equal(long.MaxValue, new ClientContext(
            Sys, ScriptedClient.Origin, HttpPoolSettings.Default with { Lifetime = null }).LifetimeEnd(0));
    }
}
