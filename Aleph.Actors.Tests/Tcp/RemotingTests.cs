using Akka.Actor;
using Akka.Configuration;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

/// <summary>Akka.Remote beside this library.</summary>
public sealed class RemotingTests
{
    private static readonly Config Remoting = """
        akka.loglevel = WARNING
        akka.actor.provider = remote
        akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        """;

    [Fact]
    public async Task Remoting_stays_on_stock()
    {
        var (near, far) = (ActorSystem.Create("near", Remoting), ActorSystem.Create("far", Remoting));
        try
        {
            var loaded = new[] { near.AlephTcp(), far.AlephTcp() };
            await using var server = await TcpServer.BindAsync(far, _ => new EchoProtocol());
            far.ActorOf(Props.Create(() => new EchoActor()), "echo");
            var address = ((ExtendedActorSystem)far).Provider.DefaultAddress;

            var echo = near.ActorSelection(new RootActorPath(address) / "user" / "echo");
            var answer = await echo.Ask<string>("over there and back", Waiting.Patience);

            Assert.Equal("over there and back", answer);
            Assert.All(loaded, tcp => Assert.Equal(0, tcp.ClientStatistics.Attempts));
            Assert.Equal(0, (await server.GetStatisticsAsync()).Accepted);
        }
        finally
        {
            await Task.WhenAll(near.Terminate(), far.Terminate()).Within("both systems ended");
        }
    }

    private sealed class EchoActor : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }
}
