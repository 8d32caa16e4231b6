using System.Net;
using Akka.Actor;
using Aleph.Actors;
using UdpEcho;

// UdpEcho PORT
if (CommandLine.Port(args, "UdpEcho") is not { } port)
    return 2;

var system = ActorSystem.Create("echo");
var settings = system.AlephUdp().Settings with { EndPoint = new IPEndPoint(IPAddress.Loopback, port) };
var socket = system.ActorOf(UdpSocket.Props(Props.Create(() => new EchoActor()), settings), "socket");
var answer = await socket.Ask<UdpSocketProtocol.Event>(UdpSocketProtocol.GetBound.Instance);
if (answer is not UdpSocketProtocol.Bound bound)
{
    Console.Error.WriteLine(answer);
    await system.Terminate();
    return 1;
}

Console.WriteLine($"Listening on {bound.LocalEndPoint}");
await Shutdown.WhenSignalled(system);
return 0;
