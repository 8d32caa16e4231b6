using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors;
using Aleph.Actors.Http;
using HandOver;

// HandOver PORT | --inherited SOCKET
var (mine, inherited) = Listening.Parse(args);
if (mine is null && inherited is null)
{
    Console.Error.WriteLine("usage: HandOver PORT | --inherited NUMBER, systemd or systemd:NAME");
    return 2;
}

var system = ActorSystem.Create("hand-over");
using var shutdown = new Shutdown();
var settings = system.Http().Settings;
var successor = new Successor(mine, inherited);
var readiness = new ServerReadiness();
await using var server = await system.Http().ServeAsync(
    HttpServerHandler.Of(request => (request.Method, request.Path) switch
    {
        ("GET", "/") => new(HttpResponse.Text(Environment.ProcessId.ToString(CultureInfo.InvariantCulture))),
        ("GET", "/ready") => new(HttpHealth.Readiness(readiness)(request)),
        ("POST", "/hand-over") => successor.StartAsync(),
        _ => new(HttpResponse.Text("Not found", HttpStatus.NotFound)),
    }),
    settings with
    {
        Tcp = settings.Tcp with { Socket = mine, InheritedSocket = inherited, Readiness = readiness },
    });
Console.WriteLine($"Listening on http://{server.LocalEndPoint}");

// Whichever comes first: the successor accepts, or somebody wants an end.
await Task.WhenAny(successor.Accepts, shutdown.WhenSignalled(system));
await CoordinatedShutdown.Get(system).Run(CoordinatedShutdown.ClrExitReason.Instance);
mine?.Dispose();
return 0;
