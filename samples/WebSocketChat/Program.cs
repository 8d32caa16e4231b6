using Akka.Actor;
using Aleph.Actors;
using Aleph.Actors.Http;
using WebSocketChat;

// WebSocketChat PORT
if (CommandLine.Port(args, "WebSocketChat") is not { } port)
    return 2;

var system = ActorSystem.Create("chat");
using var shutdown = new Shutdown();
var chat = system.ActorOf(Props.Create(() => new ChatActor()), "chat");
var options = new WebSocketOptions
{
    AllowOrigin = WebSocketOrigin.IsSame,
    Settings = system.Http().Settings.WebSocket with { MaxMessageSize = 4 * 1024 },
};
var page = StaticFiles.Of(Path.Combine(AppContext.BaseDirectory, "page"));
var handler = new HttpRoutes()
    .Get("/chat", JoinAsync)
    .Mount("/", async request => (await page(request)).WithHeader("Content-Security-Policy", "default-src 'self'"))
    .ToHandler();

try
{
    var server = await system.Http().ServeAsync(port, handler, name: "http");
    Console.WriteLine($"Listening on http://{server.LocalEndPoint}");
}
catch (BindException cause)
{
    Console.Error.WriteLine(cause.Message);
    await system.Terminate();
    return 1;
}

await shutdown.WhenSignalled(system);
return 0;

// /chat?room=ROOM&name=NAME: the member is an actor, whose room is its parent.
async ValueTask<HttpResponse> JoinAsync(HttpRequest request)
{
    var query = request.ReadQuery();
    if (!request.IsWebSocketUpgrade)
        return HttpResponse.Text("This is the way for WebSockets.", 426).WithHeader("Upgrade", "websocket");
    if (query["room"] is not { } room || query["name"] is not { } name || !IsWord(room) || !IsWord(name))
        return HttpResponse.Text("Room and name have 1 to 20 letters, digits, - or _.", HttpStatus.BadRequest);
    var member = await chat.Ask<IActorRef>(new Join(room, name), TimeSpan.FromSeconds(5));
    return HttpResponse.WebSocket(request, member, options);
}

static bool IsWord(string text) =>
    text.Length is >= 1 and <= 20 && text.All(c => char.IsLetterOrDigit(c) || c is '-' or '_');
