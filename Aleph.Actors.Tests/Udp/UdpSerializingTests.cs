using Akka.Actor;
using Aleph.Actors.Tests.Support;
using Xunit;
using AkkaUdp = Akka.IO.Udp;

namespace Aleph.Actors.Tests.Udp;

/// <summary>
/// Every message of ours says that it is not for serialisation: sockets work where Akka tries to.
/// </summary>
public sealed class UdpSerializingTests()
    : UdpTestKit("akka.actor { serialize-messages = on, serialize-creators = on }")
{
    [Fact]
    public async Task Sockets_with_handlers_work()
    {
        var settings = UdpSettings.Default with { ReceiveQueueCapacity = 4 };
        var socket = Sys.ActorOf(UdpSocket.Props(UdpEcho.Create(TestActor), settings));
        var bound = await ExpectMsgAsync<AkkaUdp.Bound>(Waiting.Patience);
        for (var i = 0; i < 20; i++)
        {
            await Peer.SendAsync($"{i}", bound.LocalAddress);
            Assert.Equal($"{i}", await Peer.ReceiveTextAsync());
        }

        socket.Tell(AkkaUdp.SuspendReading.Instance, TestActor);
        socket.Tell(AkkaUdp.ResumeReading.Instance, TestActor);
        Assert.Equal(20, (await StatisticsAsync(socket)).Received);
        socket.Tell(AkkaUdp.Unbind.Instance, TestActor);
        await ExpectMsgAsync<AkkaUdp.Unbound>(Waiting.Patience);
    }

    [Fact]
    public async Task Sockets_of_the_manager_and_bindings_work()
    {
        var (socket, endPoint) = await BindAsync();
        await Peer.SendAsync("a", endPoint);
        Assert.Equal("a", await ReceivedAsync());
        socket.Tell(new UdpSocketProtocol.Send(new Datagram(Peer.EndPoint, "b"u8.ToArray())), TestActor);
        await ExpectMsgAsync<UdpSocketProtocol.Sent>(Waiting.Patience);

        await using var binding = await Sys.AlephUdp().BindAsync(0).Within("the socket was bound");
        await binding.SendAsync(new Datagram(Peer.EndPoint, "c"u8.ToArray())).Within("a datagram was sent");
        Assert.Equal("b", await Peer.ReceiveTextAsync());
        Assert.Equal("c", await Peer.ReceiveTextAsync());
    }
}
