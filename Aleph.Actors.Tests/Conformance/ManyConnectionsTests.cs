using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>Very many connections, and restarts under load.</summary>
[Collection(AloneCollection.Name)]
public sealed class ManyConnectionsTests
{
    private const int Clients = 16;

    private static readonly byte[] KeepAlive = RawClient.Bytes("GET / HTTP/1.1|Host: a||");
    private static readonly byte[] Close = RawClient.Bytes("GET / HTTP/1.1|Host: a|Connection: close||");

    [SkippableFact]
    [Trait("Category", "Long")]
    public async Task A_hundred_thousand_connections_leave_nothing()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Descriptors are counted in /proc.");
        await using var host = await HttpHost.StartAsync(
            _ => new(HttpResponse.Text("ok")),
            HttpServerSettings.Default with { Tcp = TcpSettings.Default with { MaxConnections = 1000 } });
        await host.AnswersAsync(Waiting.Patience);
        await Pacing.UntilProcessIsQuietAsync();
        var before = Descriptors();

        var rounds = Enumerable.Range(0, Clients)
            .Select(x => Task.Run(() => RoundsAsync(host.EndPoint, x, 100_000 / Clients)));
        Assert.Equal(100_000, (await Task.WhenAll(rounds)
            .Within(TimeSpan.FromSeconds(120), "all were answered")).Sum());

        await Pacing.UntilAsync(
            async () => (await host.Binding.GetStatisticsAsync()).Open == 0, "no connection was left");
        var connections = await host.System.ActorSelection("/user/http/connections").ResolveOne(Waiting.Patience);
        await Pacing.UntilAsync(
            () => Task.FromResult(!((ActorRefWithCell)connections).Children.Any()), "no connection actor was left");
        await Pacing.UntilAsync(
            () => Task.FromResult(Descriptors() <= before + 5), $"descriptors fell to {before} again");
    }

    [Fact]
    public async Task Restarts_under_load_leave_no_client_waiting()
    {
        var host = await HttpHost.StartAsync(_ => new(HttpResponse.Text("ok")));
        var endPoint = host.EndPoint;
        using var end = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 8).Select(_ => Task.Run(() => KnockAsync(endPoint, end.Token))).ToArray();
        var settings = HttpServerSettings.Default with { Tcp = TcpSettings.Default with { EndPoint = endPoint } };
        await host.Binding.DrainAsync(TimeSpan.FromSeconds(2)).Within("the first server ended");
        for (var i = 0; i < 20; i++)
        {
            var server = await host.System.Http().ServeAsync(HttpServerHandler.Of(_ => HttpResponse.Text("ok")),
                settings)
                .Within($"start {i}");
            await Pacing.UntilAsync(
                async () => (await server.GetStatisticsAsync()).Accepted > 20, $"server {i} accepted connections");
            await server.DrainAsync(TimeSpan.FromSeconds(2)).Within($"server {i} ended");
        }

        await end.CancelAsync();
        var answered = await Task.WhenAll(clients).Within("every connection got an answer or an end");
        Assert.True(answered.Sum() > 20 * 20, $"only {answered.Sum()} requests were answered");
        await host.DisposeAsync();
    }

    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    // Half of them reset, from one address; half let the server close, from many, so that ports last.
    private static async Task<int> RoundsAsync(EndPoint server, int client, int count)
    {
        var buffer = new byte[1024];
        var answered = 0;
        for (var i = 0; i < count; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            var reset = i % 2 == 0;
            if (reset)
                socket.LingerState = new LingerOption(true, 0);
            else
                socket.Bind(new IPEndPoint(new IPAddress([127, (byte)(client + 1), (byte)(i / 200), 1]), 0));
            await socket.ConnectAsync(server);
            await socket.SendAsync(reset ? KeepAlive : Close);
            if (await socket.ReceiveAsync(buffer) > 0)
                answered++;
            while (!reset && await socket.ReceiveAsync(buffer) > 0)
            {
            }
        }

        return answered;
    }

    private static async Task<int> KnockAsync(EndPoint server, CancellationToken end)
    {
        var answered = 0;
        while (!end.IsCancellationRequested)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.LingerState = new LingerOption(true, 0);
            try
            {
                await socket.ConnectAsync(server, CancellationToken.None);
                await socket.SendAsync(KeepAlive);
                if (await socket.ReceiveAsync(new byte[1024].AsMemory(), CancellationToken.None).AsTask()
                    .Within(TimeSpan.FromSeconds(10), "an answer or an end") > 0)
                    answered++;
            }
            catch (SocketException)
            {
                // Refused while nobody listens, or reset with the backlog: both are ends.
                await Task.Yield();
            }
        }

        return answered;
    }
}
