using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors;
using Aleph.Actors.Http;
using HttpHandlers;

// HttpHandlers PORT
if (CommandLine.Port(args, "HttpHandlers") is not { } first)
    return 2;

var system = ActorSystem.Create("handlers");
using var shutdown = new Shutdown();
var greeter = system.ActorOf(Props.Create(() => new GreeterActor()), "greeter");
(string Kind, HttpServerHandler Handler)[] kinds =
[
    ("function", HttpServerHandler.Of(Functions.Greet)),
    ("async", HttpServerHandler.Of(Functions.AnswerAsync)),
    ("callback", HttpServerHandler.OfCallback(Functions.CallBack)),
    ("actor", HttpServerHandler.ToActor(greeter)),
    ("actor-per-request", HttpServerHandler.ActorPerRequest(Props.Create(() => new GreeterActor()))),
    ("flow", HttpServerHandler.Through(Flow.Create<HttpRequest>().Select(Functions.Greet))),
];

try
{
    // With port 0 each has one of its own; else they follow each other.
    for (var i = 0; i < kinds.Length; i++)
    {
        var server = await system.Http().ServeAsync(PortOf(i), kinds[i].Handler, name: kinds[i].Kind);
        Console.WriteLine($"{kinds[i].Kind}: http://{server.LocalEndPoint}");
    }

    var bound = HttpStreams.Bind(system, PortOf(kinds.Length), name: "streams")
        .To(Sink.ForEach<IncomingHttpConnection>(connection => connection.HandleWith(Functions.Greet)))
        .Run(system.Materializer());
    Console.WriteLine($"streams: http://{(await bound).LocalEndPoint}");
}
catch (BindException cause)
{
    Console.Error.WriteLine(cause.Message);
    await system.Terminate();
    return 1;
}

Console.WriteLine("Listening on all of them");
await shutdown.WhenSignalled(system);
return 0;

int PortOf(int index) => first == 0 ? 0 : first + index;
