using Akka.Actor;
using Aleph.Actors;
using Aleph.Actors.Http;
using HttpFeatures;

// HttpFeatures PORT
if (CommandLine.Port(args, "HttpFeatures") is not { } port)
    return 2;

var system = ActorSystem.Create("features");
var routes = new HttpRoutes()
    .Get("/", _ => HttpResponse.Text("See samples/README.md for what is here.\n"));
Bodies.Map(routes);
Uploads.Map(routes);
var handler = routes.ToHandler().Inside(
    AccessLog.To(Console.WriteLine, AccessLogFormat.Common),
    RequestIds.Assign(),
    CompressionMiddleware.Compress(),
    CompressionMiddleware.Decompress());

try
{
    var server = await system.Http().ServeAsync(port, handler, name: "features");
    Console.WriteLine($"Listening on http://{server.LocalEndPoint}");
}
catch (BindException cause)
{
    Console.Error.WriteLine(cause.Message);
    await system.Terminate();
    return 1;
}

await Shutdown.WhenSignalled(system);
return 0;
