using Akka.Actor;
using Aleph.Actors;
using Aleph.Actors.Http;
using HttpFeatures;

// HttpFeatures PORT [--wire-log]
var logsWire = args is [_, "--wire-log"];
if (CommandLine.Port(logsWire ? args[..1] : args, "HttpFeatures") is not { } port)
    return 2;

var system = ActorSystem.Create("features");
using var shutdown = new Shutdown();
var routes = new HttpRoutes()
    .Get("/", _ => HttpResponse.Text("See samples/README.md for what is here.\n"));
Bodies.Map(routes);
Uploads.Map(routes);
using var operations = new Operations();
operations.Map(routes);
var handler = routes.ToHandler().Inside(
    AccessLog.To(Console.WriteLine, AccessLogFormat.Common),
    RequestIds.Assign(),
    CompressionMiddleware.Compress(),
    CompressionMiddleware.Decompress());

try
{
    var settings = operations.Settings(system.Http().Settings, logsWire);
    var server = await system.Http().ServeAsync(port, handler, settings, "features");
    operations.Server = server;
    Console.WriteLine($"Listening on http://{server.LocalEndPoint}");
}
catch (BindException cause)
{
    Console.Error.WriteLine(cause.Message);
    await system.Terminate();
    return 1;
}

await Task.WhenAny(shutdown.WhenSignalled(system), operations.Server.Completion);
await system.Terminate();
return 0;
