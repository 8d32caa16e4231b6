using System.Globalization;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors;
using LengthPrefixed;

// LengthPrefixed PORT | LengthPrefixed connect HOST:PORT TEXT…
if (args is ["connect", var remote, ..] && remote.LastIndexOf(':') is > 0 and var at
    && ushort.TryParse(remote.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var remotePort))
{
    return await ConnectAsync(remote[..at], remotePort, args[2..]);
}

if (args is ["connect", ..])
{
    Console.Error.WriteLine("usage: LengthPrefixed connect HOST:PORT TEXT…");
    return 2;
}

return CommandLine.Port(args, "LengthPrefixed") is { } port ? await ServeAsync(port) : 2;

static async Task<int> ServeAsync(int port)
{
    var system = ActorSystem.Create("frames");
    using var shutdown = new Shutdown();
    var materializer = system.Materializer();
    var answers = Flow.Create<string>().Select(Protocol.Answer);
    try
    {
        var binding = await TcpStreams.Bind(system, port)
            .To(Sink.ForEach<IncomingTcpConnection>(
                connection => connection.HandleWith(Protocol.Frames.Reversed().Join(answers), materializer)))
            .Run(materializer);
        Console.WriteLine($"Listening on {binding.LocalEndPoint}");
    }
    catch (BindException cause)
    {
        Console.Error.WriteLine(cause.Message);
        await system.Terminate();
        return 1;
    }

    await shutdown.WhenSignalled(system);
    return 0;
}

static async Task<int> ConnectAsync(string host, int port, string[] requests)
{
    using var system = ActorSystem.Create("frames");
    try
    {
        await Source.From(requests)
            .Via(Protocol.Frames.Join(TcpStreams.Connect(system, host, port)))
            .RunForeach(Console.WriteLine, system.Materializer());
        return 0;
    }
    catch (IOException failure)
    {
        Console.Error.WriteLine(failure.Message);
        return 1;
    }
}
