using Akka.Actor;
using Aleph.Actors;
using Showcase;

// Showcase [PORT]
if (CommandLine.Port(args is [] ? ["8080"] : args, "Showcase") is not { } port)
    return 2;

// A signal while the servers start ends it when they have started, and not in the midst of it.
var system = ActorSystem.Create(
    "showcase", "akka { loglevel = WARNING, coordinated-shutdown.run-by-clr-shutdown-hook = off }");
using var shutdown = new Shutdown();
using var feed = new LiveFeed();
using var uploads = new Uploads();
using var latency = new Latency();
try
{
    var stage = await Stage.StartAsync(system, port, feed, uploads, latency);
    Console.WriteLine($"Listening on http://{stage.Address("http")}");
    Console.WriteLine(stage.Legend());
}
catch (BindException cause)
{
    Console.Error.WriteLine(cause.Message);
    await system.Terminate();
    return 1;
}

await shutdown.WhenSignalled(system);
return 0;
