using Akka.Actor;
using Aleph.Actors.Http;
using HttpHello;

// HttpHello PORT [--any] [--inline-completions] [--akka-io]
if (Options.Parse(args) is not { } options)
    return 2;

var system = ActorSystem.Create("hello");
var handler = options.Any ? Handlers.Any() : Handlers.Hello();
var settings = system.Http().Settings;
settings = settings with
{
    MaxBodySize = null,
    Tcp = settings.Tcp with
    {
        Connection = settings.Tcp.Connection with { InlineCompletions = options.InlineCompletions },
    },
};

try
{
    var server = await system.Http().ServeAsync(options.Port, handler, settings, "http");
    Console.WriteLine($"Listening on http://{server.LocalEndPoint}");
}
catch (Aleph.Actors.BindException cause)
{
    Console.Error.WriteLine(cause.Message);
    await system.Terminate();
    return 1;
}

await Shutdown.WhenSignalled(system);
return 0;
