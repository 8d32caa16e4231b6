using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

[Collection(AloneCollection.Name)]
[Trait("Category", "Long")]
public sealed class ConnectionChurnTests : PatientTestKit
{
    private const int Connections = 100_000;
    private const int Clients = 32;

    private static readonly TimeSpan Long = Waiting.Patience;

    [SkippableFact]
    public async Task Hundred_thousand_connections_leave_no_descriptor_and_no_actor()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Descriptors are counted in /proc");
        await using var server = await TcpServer.BindAsync(Sys, _ => new EchoProtocol())
            .OrFail("a server that listens");
        await ChurnAsync(server.LocalEndPoint, Clients);
        await EndedAsync(server);
        await Pacing.UntilProcessIsQuietAsync();
        var before = Descriptors();

        var clients = Enumerable.Range(0, Clients).Select(_ => ChurnAsync(server.LocalEndPoint, Connections / Clients));
        await Task.WhenAll(clients).WaitAsync(TimeSpan.FromMinutes(3));

        await EndedAsync(server);
        Assert.Equal(Connections + Clients, (await server.GetStatisticsAsync()).Accepted);
        await AwaitAssertAsync(() => Assert.InRange(Descriptors(), 0, before + 8), Long);
        var connections = await Sys.ActorSelection(server.Actor.Path / "connections").ResolveOne(Long);
        Assert.Empty(((LocalActorRef)connections).Children);
    }

    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;

    private async Task EndedAsync(ServerBinding server) => await AwaitAssertAsync(
        async () => Assert.Equal(0, (await server.GetStatisticsAsync()).Open), Long);

    /// <summary>Connects, asks, and resets, so that no port waits in TIME_WAIT.</summary>
    private static async Task ChurnAsync(EndPoint endPoint, int count)
    {
        var buffer = new byte[16];
        for (var i = 0; i < count; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.LingerState = new LingerOption(true, 0);
            await socket.ConnectAsync(endPoint);
            await socket.SendAsync("x"u8.ToArray());
            Assert.Equal(1, await socket.ReceiveAsync(buffer));
        }
    }
}
