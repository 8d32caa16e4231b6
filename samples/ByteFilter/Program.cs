using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Http;
using ByteFilter;

// ByteFilter PORT
if (CommandLine.Port(args, "ByteFilter") is not { } port)
    return 2;

var system = ActorSystem.Create("filtered");
using var shutdown = new Shutdown();
var totals = new Totals();
var settings = system.Http().Settings;
settings = settings with
{
    Tcp = settings.Tcp with
    {
        FilterBeforeTls = info => new CountingFilter(totals),
        ConfigureConnection = socket =>
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            totals.Connection();
        },
    },
};

try
{
    var server = await system.Http().ServeAsync(port, _ => HttpResponse.Text(totals.ToString()), settings, "http");
    Console.WriteLine($"Listening on http://{server.LocalEndPoint}");
}
catch (Aleph.Actors.BindException cause)
{
    Console.Error.WriteLine(cause.Message);
    await system.Terminate();
    return 1;
}

await shutdown.WhenSignalled(system);
return 0;
