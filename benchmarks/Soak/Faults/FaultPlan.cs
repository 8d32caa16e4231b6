using Akka.Actor;
using Aleph.Actors;
using Soak.Servers;

namespace Soak.Faults;

/// <summary>Restarts servers and kills listeners and connections, one after the other, all the time.</summary>
internal sealed class FaultPlan(ActorSystem system, Stage stage, FaultLog log, Random random)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task RunAsync(CancellationToken stop)
    {
        for (var round = 0; !stop.IsCancellationRequested; round++)
        {
            var server = stage.All[random.Next(stage.All.Count)];
            await ((round % 6) switch
            {
                0 => RestartAsync(server),
                3 => SucceedAsync(server),
                5 => KillListenerAsync(server),
                _ => KillConnectionAsync(server),
            });
            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private async Task RestartAsync(SoakServer server)
    {
        using (log.Begin(server.Name, "server drained, then started again on its port"))
            await server.RestartAsync();
    }

    private async Task SucceedAsync(SoakServer server)
    {
        using (log.Begin(server.Name, "server drained while its successor listens on its port"))
            await server.SucceedAsync();
    }

    private async Task KillListenerAsync(SoakServer server)
    {
        var before = await server.Binding.GetStatisticsAsync();
        using (log.Begin(server.Name, "listener killed"))
        {
            system.ActorSelection(server.Binding.Actor.Path / "listener-0").Tell(Kill.Instance);
            using var patience = new CancellationTokenSource(Patience);
            while ((await server.Binding.GetStatisticsAsync()).ListenerRestarts == before.ListenerRestarts)
                await Task.Delay(20, patience.Token);
        }
    }

    private async Task KillConnectionAsync(SoakServer server)
    {
        var open = await server.Binding.Actor.Ask<ServerProtocol.Connections>(
            ServerProtocol.GetConnections.Instance, Patience);
        if (open.Ids.Count == 0)
            return;
        var id = open.Ids[random.Next(open.Ids.Count)];
        var found = await system.ActorSelection(server.Binding.Actor.Path / "connections" / $"{id}")
            .Ask<ActorIdentity>(new Identify(id), Patience);
        if (found.Subject is not { } connection)
            return;
        using (log.BeginBroken(server.Name, "connection actor killed"))
            await connection.GracefulStop(Patience, Kill.Instance);
    }
}
