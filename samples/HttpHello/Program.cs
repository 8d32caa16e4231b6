using Akka.Actor;
using Aleph.Actors;
using Aleph.Actors.Http;
using HttpHello;

// HttpHello PORT [--any] [--inline-completions] [--akka-io] [--tls]
if (Options.Parse(args) is not { } options)
    return 2;

// The runtime polls all sockets on one thread unless told otherwise, before the first socket; with inline completions
// that thread is the server. Two instead of one took plain-32 from 1.06 to 1.35 of Kestrel (docs/benchmarks.md).
const string PollThreads = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";
if (options.InlineCompletions && Environment.GetEnvironmentVariable(PollThreads) is null)
    Environment.SetEnvironmentVariable(PollThreads, $"{Environment.ProcessorCount}");

var tls = options.Tls
    ? new TlsServerSettings
    {
        Certificate = TlsCertificate.From(DevelopmentCertificate.Create()),
        ApplicationProtocols = ["http/1.1"],
    }
    : null;
var system = ActorSystem.Create("hello");
using var shutdown = new Shutdown();
var handler = options.Any ? Handlers.Any() : Handlers.Hello();
var settings = system.Http().Settings;
settings = settings with
{
    MaxBodySize = null,
    Tcp = settings.Tcp with
    {
        Transport = options.AkkaIo ? TcpTransport.AkkaIo : TcpTransport.Sockets,
        Connection = settings.Tcp.Connection with { InlineCompletions = options.InlineCompletions },
        Tls = tls,
    },
};

try
{
    var server = await system.Http().ServeAsync(options.Port, handler, settings, "http");
    Console.WriteLine($"Listening on {(tls is null ? "http" : "https")}://{server.LocalEndPoint}");
}
catch (BindException cause)
{
    Console.Error.WriteLine(cause.Message);
    await system.Terminate();
    return 1;
}

await shutdown.WhenSignalled(system);
return 0;
