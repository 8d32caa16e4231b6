using System.Net;
using Akka.Actor;
using Aleph.Actors;
using UdpEcho;

// UdpEcho PORT [--actor]
var throughActor = args.Contains("--actor");
if (CommandLine.Port([.. args.Where(arg => arg != "--actor")], "UdpEcho [--actor]") is not { } port)
    return 2;

var system = ActorSystem.Create("echo");
using var shutdown = new Shutdown();
var udp = system.AlephUdp();
var settings = udp.Settings with { EndPoint = new IPEndPoint(IPAddress.Loopback, port) };
var props = throughActor
    ? udp.SocketProps(Props.Create(() => new EchoActor()), settings)
    : udp.SocketProps(datagram => datagram, settings);
var answer = await system.ActorOf(props, "socket").Ask<UdpSocketProtocol.Event>(UdpSocketProtocol.GetBound.Instance);
if (answer is not UdpSocketProtocol.Bound bound)
{
    Console.Error.WriteLine(answer is UdpSocketProtocol.BindFailed failed
        ? $"Cannot listen on {failed.EndPoint}: {failed.Cause.Message}"
        : $"{answer}");
    await system.Terminate();
    return 1;
}

Console.WriteLine($"Listening on {bound.LocalEndPoint}");
await shutdown.WhenSignalled(system);
return 0;
