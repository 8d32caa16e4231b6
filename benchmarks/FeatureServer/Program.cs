using System.Globalization;
using Akka.Actor;
using Aleph.Actors.Http;
using Features;
using FeatureServer;

// The routes of `compare.sh server` on our side: FeatureServer PORT FILE [--count-rentals]
if (args is not [var portText, var file, .. var more]
    || !ushort.TryParse(portText, CultureInfo.InvariantCulture, out var port)
    || more is not ([] or ["--count-rentals"]))
{
    Console.Error.WriteLine("usage: FeatureServer PORT FILE [--count-rentals]");
    return 2;
}

if (more is ["--count-rentals"])
    HeldMemory.CountRentals();
using var system = ActorSystem.Create("features", "akka.loglevel = WARNING");
var settings = system.Http().Settings with { MaxBodySize = null };
var server = await system.Http().ServeAsync(port, Routes.Of(file).ToHandler(), settings, "http");
Console.WriteLine($"Listening on http://{server.LocalEndPoint}");
await system.WhenTerminated;
return 0;
