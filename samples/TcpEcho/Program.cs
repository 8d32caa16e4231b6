using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors;
using TcpEcho;

// TcpEcho PORT [--tls] [--akka-io] [--unix PATH]
if (Options.Parse(args) is not { } options)
    return 2;

var system = ActorSystem.Create("echo");
using var shutdown = new Shutdown();
var settings = system.AlephTcp().Settings with
{
    Transport = options.AkkaIo ? TcpTransport.AkkaIo : TcpTransport.Sockets,
    Tls = options.Tls
        ? new TlsServerSettings { Certificate = TlsCertificate.From(DevelopmentCertificate.Create()) }
        : null,
};

try
{
    if (options.Port is { } port)
        await ListenAsync(new IPEndPoint(IPAddress.Loopback, port));
    if (options.Unix is { } unix)
        await ListenAsync(unix);
}
catch (BindException cause)
{
    Console.Error.WriteLine(cause.Message);
    await system.Terminate();
    return 1;
}

await shutdown.WhenSignalled(system);
return 0;

async Task ListenAsync(EndPoint endPoint)
{
    var server = await system.AlephTcp().ServeAsync(
        connection => connection.Input.CopyToAsync(connection.Output), settings with { EndPoint = endPoint });
    var scheme = endPoint is UnixDomainSocketEndPoint ? "unix:" : "";
    Console.WriteLine($"Listening on {scheme}{server.LocalEndPoint}");
}
