using System.Globalization;
using Akka.Actor;
using Aleph.Actors;
using Aleph.Actors.Http;

// WebSocketEcho PORT [--no-deflate] [--inline-completions]
if (args.Length == 0 || !ushort.TryParse(args[0], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
    || args[1..].Any(x => x is not ("--no-deflate" or "--inline-completions")))
{
    Console.Error.WriteLine("usage: WebSocketEcho PORT [--no-deflate] [--inline-completions]");
    return 2;
}

// As in HttpHello: the threads that poll are the server then.
const string PollThreads = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";
var isInline = args.Contains("--inline-completions");
if (isInline && Environment.GetEnvironmentVariable(PollThreads) is null)
    Environment.SetEnvironmentVariable(PollThreads, $"{Environment.ProcessorCount}");

var system = ActorSystem.Create("echo");
using var shutdown = new Shutdown();
var settings = system.Http().Settings;
settings = settings with
{
    WebSocket = settings.WebSocket with
    {
        MaxMessageSize = 64 << 20,
        MaxFragments = 1 << 20,
        Compression = !args.Contains("--no-deflate"),
    },
    Tcp = settings.Tcp with
    {
        Connection = settings.Tcp.Connection with { InlineCompletions = isInline },
    },
};

// What is sent back is not kept.
var options = new WebSocketOptions { PooledMessages = true };
try
{
    var server = await system.Http().ServeAsync(
        port,
        request => HttpResponse.WebSocket(request, static (socket, message) => socket.SendAsync(message), options),
        settings,
        "http");
    Console.WriteLine($"Listening on ws://{server.LocalEndPoint}");
}
catch (BindException cause)
{
    Console.Error.WriteLine(cause.Message);
    await system.Terminate();
    return 1;
}

await shutdown.WhenSignalled(system);
return 0;
