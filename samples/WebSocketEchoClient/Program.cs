using System.Globalization;
using Akka.Actor;
using Aleph.Actors.Http;

// WebSocketEchoClient URL: echoes what the server sends until it closes.
// WebSocketEchoClient URL --autobahn AGENT: runs all cases of a fuzzing server.
if (args is not [_] and not [_, "--autobahn", _])
{
    Console.Error.WriteLine("usage: WebSocketEchoClient URL [--autobahn AGENT]");
    return 2;
}

var url = args[0].TrimEnd('/');
var system = ActorSystem.Create("echo-client");
var options = WebSocketClientOptions.Default with
{
    Settings = system.Http().Settings.WebSocket with { MaxMessageSize = 64 << 20, MaxFragments = 1 << 20 },
};

try
{
    if (args.Length == 1)
        Console.WriteLine(await EchoAsync(url));
    else
        await RunCasesAsync(url, Uri.EscapeDataString(args[2]));
    return 0;
}
catch (HttpClientException cause)
{
    Console.Error.WriteLine(cause.Message);
    return 1;
}
finally
{
    await system.Terminate();
}

async Task<WebSocketClose> EchoAsync(string at)
{
    var socket = await system.Http().Client.WebSocketAsync(
        at, static (socket, message) => socket.SendAsync(message), options);
    return await socket.Closed;
}

async Task RunCasesAsync(string server, string agent)
{
    var socket = await system.Http().WebSocketAsync($"{server}/getCaseCount", options);
    var answer = await socket.ReceiveAsync();
    await socket.CloseAsync();
    var count = int.Parse(answer?.Text ?? "0", CultureInfo.InvariantCulture);
    for (var number = 1; number <= count; number++)
    {
        var close = await EchoAsync($"{server}/runCase?case={number}&agent={agent}");
        Console.WriteLine($"{number} of {count}: {close}");
    }

    await EchoAsync($"{server}/updateReports?agent={agent}");
}
