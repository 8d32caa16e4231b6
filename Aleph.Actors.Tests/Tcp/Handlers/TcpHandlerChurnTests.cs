using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tests.Tcp.Handlers;

[Collection(AloneCollection.Name)]
public sealed class TcpHandlerChurnTests : TcpFace
{
    private const int Connections = 2_000;
    private const int Clients = 16;

    [SkippableFact]
    public async Task Two_thousand_connections_leave_no_descriptor_and_no_actor()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Descriptors are counted in /proc");
        await using var server = await TcpServer.BindAsync(Sys, _ => Props.Create(() => new EchoHandler(null)));
        var client = Sys.ActorOf(TcpClient.Props());
        await ChurnAsync(client, server.LocalEndPoint, Clients);
        await EndedAsync(server);
        await Pacing.UntilProcessIsQuietAsync();
        var before = Descriptors();

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(
                _ => ChurnAsync(client, server.LocalEndPoint, Connections / Clients)))
            .Within(TimeSpan.FromMinutes(2), "two thousand connections came and went");

        await EndedAsync(server);
        Assert.Equal(Connections + Clients, (await server.GetStatisticsAsync()).Accepted);
        await AwaitAssertAsync(() => Assert.InRange(Descriptors(), 0, before + 8), Long);
        foreach (var parent in new[]
                 {
                     server.Actor.Path / "connections", server.Actor.Path / "handlers", client.Path / "connections",
                 })
        {
            var actor = (LocalActorRef)await Sys.ActorSelection(parent).ResolveOne(Long);
            await AwaitAssertAsync(() => Assert.Empty(actor.Children), Long);
        }
    }

    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;

    private async Task EndedAsync(ServerBinding server) => await AwaitAssertAsync(
        async () => Assert.Equal(0, (await server.GetStatisticsAsync()).Open), Long);

    /// <summary>Connects by actors, asks, and resets, so that no port waits in TIME_WAIT.</summary>
    private async Task ChurnAsync(IActorRef client, EndPoint endPoint, int count)
    {
        var probe = CreateTestProbe();
        for (var i = 0; i < count; i++)
        {
            client.Tell(new AkkaTcp.Connect(endPoint), probe.Ref);
            await probe.ExpectMsgAsync<AkkaTcp.Connected>(Long);
            var connection = probe.LastSender;
            connection.Tell(new AkkaTcp.Register(probe.Ref), probe.Ref);
            connection.Tell(Write("x"), probe.Ref);
            await ExpectTextAsync(probe, "x");
            connection.Tell(AkkaTcp.Abort.Instance, probe.Ref);
            await probe.ExpectMsgAsync<AkkaTcp.Aborted>(Long);
        }
    }
}
