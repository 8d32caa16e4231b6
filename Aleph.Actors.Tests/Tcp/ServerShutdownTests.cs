using System.Net.Sockets;
using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Aleph.Actors.Tcp;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

public sealed class ServerShutdownTests : PatientTestKit
{
    private static readonly TimeSpan Long = Waiting.Patience;

    [Fact]
    public async Task Coordinated_shutdown_drains_every_live_server()
    {
        using var system = ActorSystem.Create("drains");
        var first = await BindAsync(system, Long);
        var second = await BindAsync(system, Long);
        using var client = await ConnectedAsync(first);

        var shutdown = CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);

        await second.Completion.OrFail("the end of the idle server");
        Assert.False(first.Completion.IsCompleted);
        Assert.True(await client.PingAsync());
        client.Dispose();
        await first.Completion.OrFail("the end of the busy server");
        await shutdown.OrFail("the end of the shutdown");
    }

    [Fact]
    public async Task Short_phase_ends_the_drain_a_second_before_it_and_a_warning_names_the_key()
    {
        using var system = ActorSystem.Create(
            "hurries", ConfigurationFactory.ParseString($"{ServerShutdown.TimeoutKey} = 4500ms"));
        var warnings = CreateTestProbe();
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Forwarder(warnings))), typeof(Warning));
        var server = await BindAsync(system, Long);
        using var client = await ConnectedAsync(server);

        var shutdown = CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);

        var warning = await warnings.FishForMessageAsync<Warning>(
            w => w.ToString().Contains(ServerShutdown.TimeoutKey, StringComparison.Ordinal), Long);
        Assert.Contains("it ends after 00:00:03.5", warning.ToString(), StringComparison.Ordinal);
        await server.Completion.OrFail("the end of the server");
        Assert.Equal(1, (await server.GetStatisticsAsync()).Aborted);
        await shutdown.OrFail("the end of the shutdown");
    }

    [Fact]
    public async Task A_server_that_was_started_meanwhile_is_drained_too()
    {
        using var system = ActorSystem.Create(
            "late", ConfigurationFactory.ParseString($"{ServerShutdown.TimeoutKey} = 300s"));
        var server = await BindAsync(system, Long);
        ServerBinding? late = null;
        CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseServiceUnbind, "start", async () =>
        {
            await server.Completion;
            late = await BindAsync(system, Long);
            return Done.Instance;
        });

        var shutdown = CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);

        await shutdown.OrFail("the end of the shutdown");
        await late!.Completion.OrFail("the end of the late server");
    }

    [Fact]
    public async Task A_server_of_a_system_that_has_ended_cannot_listen()
    {
        using var system = ActorSystem.Create("over");
        await system.Terminate().OrFail("the end of the system");

        await Assert.ThrowsAsync<BindException>(() => BindAsync(system, Long));
    }

    [Fact]
    public void Phase_timeouts_of_the_reference_configuration_count()
    {
        using var system = ActorSystem.Create("phases");
        AlephExtension.Get(system);

        Assert.Equal(
            TimeSpan.FromSeconds(35),
            CoordinatedShutdown.Get(system).Timeout(CoordinatedShutdown.PhaseServiceRequestsDone));
        system.Terminate();
    }

    private static async Task<Socket> ConnectedAsync(ServerBinding server)
    {
        var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await client.PingAsync());
        return client;
    }

    private static Task<ServerBinding> BindAsync(ActorSystem system, TimeSpan drainTimeout) =>
        TcpServer
            .BindAsync(
                system, _ => new EchoProtocol(stubborn: true), new TcpSettings { DrainTimeout = drainTimeout })
            .OrFail("a server that listens");

    private sealed class Forwarder(TestProbe probe) : UntypedActor
    {
        protected override void OnReceive(object message) => probe.Ref.Tell(message);
    }
}
