using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.IO;
using Aleph.Actors.Tests.Support;
using AkkaUdp = Akka.IO.Udp;

namespace Aleph.Actors.Tests.Udp;

/// <summary>
/// What the tests of UDP sockets share: an actor system, a plain peer, sockets whose handler is the test.
/// </summary>
public abstract class UdpTestKit : PatientTestKit
{
    protected UdpTestKit(string config = "")
        : base("akka.loglevel = WARNING\n" + config)
    {
    }

    protected static IPEndPoint Loopback { get; } = new(IPAddress.Loopback, 0);

    internal UdpPeer Peer { get; } = new();

    internal static ByteString Bytes(string text) => ByteString.FromString(text);

    /// <summary>Binds through the manager, with the test as handler and commander.</summary>
    protected async Task<(IActorRef Socket, EndPoint EndPoint)> BindAsync(params Inet.SocketOption[] options)
    {
        Sys.AlephUdp().Manager.Tell(new AkkaUdp.Bind(TestActor, Loopback, options), TestActor);
        var bound = await ExpectMsgAsync<AkkaUdp.Bound>(Waiting.Patience);
        return (LastSender, bound.LocalAddress);
    }

    /// <summary>Spawns a socket with the test as its handler.</summary>
    protected async Task<(IActorRef Socket, EndPoint EndPoint)> SpawnAsync(UdpSettings settings)
    {
        var socket = Sys.ActorOf(UdpSocket.Props(TestActor, settings));
        var bound = await ExpectMsgAsync<AkkaUdp.Bound>(Waiting.Patience);
        return (socket, bound.LocalAddress);
    }

    protected async Task<string> ReceivedAsync() =>
        (await ExpectMsgAsync<AkkaUdp.Received>(Waiting.Patience)).Data.ToString();

    protected static async Task<UdpSocketProtocol.Statistics> StatisticsAsync(IActorRef socket) =>
        await socket.Ask<UdpSocketProtocol.Statistics>(UdpSocketProtocol.GetStatistics.Instance)
            .Within("the socket told its counters");

    /// <summary>
    /// Binds to a port that was left. A process that another test starts has copies of all sockets until its program is
    /// loaded, and anybody who asks for any port may have been given this one.
    /// </summary>
    protected async Task BindToAsync(EndPoint left)
    {
        using var successor = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await AwaitAssertAsync(() => successor.Bind(left), Waiting.Patience);
    }

    protected override void AfterAll()
    {
        Peer.Dispose();
        base.AfterAll();
    }
}
