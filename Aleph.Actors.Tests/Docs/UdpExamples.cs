using System.Net;
using Akka;
using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using AkkaUdp = Akka.IO.Udp;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The examples of docs/guide/udp.md, each a method; UdpGuideTests runs them.</summary>
internal static class UdpExamples
{
    public static async Task<UdpBinding> ServeAsync(ActorSystem system)
    {
        var echo = await system.AlephUdp().ServeAsync(datagram => datagram);
        Console.WriteLine(echo.LocalEndPoint);
        return echo;
    }

    public static async Task AskAsync(ActorSystem system, EndPoint server)
    {
        await using var socket = await system.AlephUdp().BindAsync(port: 0);
        await socket.SendAsync(new Datagram(server, "ping"u8.ToArray()));
        var answer = await socket.ReceiveAsync();
        Console.WriteLine($"{answer.Payload.Length} bytes from {answer.RemoteEndPoint}");
    }

    public static async Task<int> CountAsync(UdpBinding socket, CancellationToken end)
    {
        var count = 0;
        await foreach (var datagram in socket.WithCancellation(end))
            count += datagram.Payload.Length;
        Console.WriteLine($"{socket.Statistics.Dropped} datagrams came while the queue was full");
        return count;
    }

    public static async Task<IActorRef> SpawnAsync(ActorSystem system)
    {
        var settings = system.AlephUdp().Settings with { EndPoint = new IPEndPoint(IPAddress.Loopback, 0) };
        var props = system.AlephUdp().SocketProps(Props.Create(() => new EchoActor()), settings);
        var socket = system.ActorOf(props, "udp");

        var bound = await socket.Ask<UdpSocketProtocol.Bound>(UdpSocketProtocol.GetBound.Instance);
        Console.WriteLine(bound.LocalEndPoint);
        return socket;
    }

    public static void Bind(ActorSystem system, IActorRef handler, IPEndPoint endPoint)
    {
        var manager = system.AlephUdp().Manager;
        manager.Tell(new AkkaUdp.Bind(handler, endPoint), handler);
    }

    public static Task<UdpBinding> EchoStream(ActorSystem system, IMaterializer materializer)
    {
        var shout = Flow.Create<Datagram>().Select(d => new Datagram(d.RemoteEndPoint, Shout(d.ToByteString())));
        return UdpStreams.Bind(system).JoinMaterialized(shout, Keep.Left).Run(materializer);
    }

    public static Task<Done> SendStream(ActorSystem system, IMaterializer materializer, EndPoint statsd)
    {
        return Source.From(["hits:1|c", "hits:2|c"])
            .Select(line => new Datagram(statsd, ByteString.FromString(line)))
            .RunWith(UdpStreams.Send(system), materializer);
    }

    public static async Task<UdpBinding> JoinAsync(ActorSystem system)
    {
        var settings = system.AlephUdp().Settings with
        {
            EndPoint = new IPEndPoint(IPAddress.Any, 0),
            ReuseAddress = true,
            MulticastInterface = "127.0.0.1",
        };
        var socket = await system.AlephUdp().BindAsync(settings);
        await socket.JoinMulticastGroupAsync(IPAddress.Parse("239.255.0.1"));
        return socket;
    }

    private static ByteString Shout(ByteString text) => ByteString.FromString(text.ToString().ToUpperInvariant());

    internal sealed class EchoActor : ReceiveActor
    {
        public EchoActor() => Receive<AkkaUdp.Received>(
            received => Sender.Tell(AkkaUdp.Send.Create(received.Data, received.Sender)));
    }
}
