using System.Net;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Tcp;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Connections;

/// <summary>What a server tells its parts is no news in the log when they have just ended.</summary>
public sealed class DeadLetterTests : PatientTestKit
{
    [Fact]
    public async Task Orders_to_a_connection_or_listener_that_has_ended_are_no_dead_letters()
    {
        var ended = await EndedAsync();
        var probe = CreateTestProbe();
        Sys.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        object[] orders =
        [
            ConnectionMessages.Drain.Instance,
            new ConnectionMessages.Abort(ConnectionEnd.Stopped),
            new ConnectionsMessages.Drain(TimeSpan.Zero),
            ConnectionsMessages.AwaitLast.Instance,
            ConnectionsMessages.AwaitRoom.Instance,
            ConnectionsMessages.Room.Instance,
            new ConnectionsMessages.Drained(0),
            ListenerMessages.Close.Instance,
            new ListenerMessages.Bound(0, new IPEndPoint(IPAddress.Loopback, 1)),
            new ListenerMessages.BindFailed(0, new IPEndPoint(IPAddress.Loopback, 1), new IOException()),
        ];

        foreach (var order in orders)
            ended.Tell(order, ActorRefs.NoSender);
        ended.Tell("the last", ActorRefs.NoSender);

        // In the order in which they were told: none came before it.
        Assert.Equal("the last", (await probe.ExpectMsgAsync<DeadLetter>(Waiting.Patience)).Message);
    }

    [Fact]
    public async Task A_transport_for_a_connection_that_has_ended_is_released_without_a_dead_letter()
    {
        var ended = await EndedAsync();
        _ = Sys.Aleph();
        var probe = CreateTestProbe();
        Sys.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        var (transport, peer) = MemoryTransport.CreateWithPeer();

        ended.Tell(new ConnectionMessages.Adopt(1, transport), ActorRefs.NoSender);
        ended.Tell("the last", ActorRefs.NoSender);

        Assert.Equal("the last", (await probe.ExpectMsgAsync<DeadLetter>(Waiting.Patience)).Message);
        await Assert.ThrowsAsync<IOException>(() => peer.ReadAsync(new byte[1]).Within("the transport was reset"));
    }

    private async Task<IActorRef> EndedAsync()
    {
        var probe = CreateTestProbe();
        var actor = Sys.ActorOf(Props.Empty);
        await probe.WatchAsync(actor);
        Sys.Stop(actor);
        await probe.ExpectTerminatedAsync(actor, Waiting.Patience);
        return actor;
    }
}
