using System.Collections.Concurrent;
using System.Net;
using Akka.Actor;
using Aleph.Actors;
using LineProtocol;

// LineProtocol PORT
if (CommandLine.Port(args, "LineProtocol") is not { } port)
    return 2;

var system = ActorSystem.Create("lines");
using var shutdown = new Shutdown();
var store = new ConcurrentDictionary<string, string>();
var settings = system.Aleph().TcpSettings with { EndPoint = new IPEndPoint(IPAddress.Loopback, port) };
var server = system.ActorOf(TcpServer.Props(_ => new KeyValueProtocol(store), settings), "lines");
var answer = await server.Ask<ServerProtocol.Event>(ServerProtocol.GetBound.Instance);
if (answer is not ServerProtocol.Bound bound)
{
    Console.Error.WriteLine(answer);
    await system.Terminate();
    return 1;
}

Console.WriteLine($"Listening on {bound.LocalEndPoint}");
await shutdown.WhenSignalled(system);
return 0;
