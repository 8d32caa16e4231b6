using Akka.Actor;
using Fetch;

// A small curl on the HTTP client of Aleph.Actors. Exit code 0: the answer was complete and well-formed; 1: there was
// none, or it was not; 2: the command line is wrong.
if (Arguments.Parse(args, out var fault) is not { } arguments)
{
    await Console.Error.WriteLineAsync(fault);
    await Console.Error.WriteLineAsync(Arguments.Usage);
    return 2;
}

using var system = ActorSystem.Create("fetch", "akka.loglevel = ERROR\nakka.log-dead-letters = off");
using var cancelled = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    cancelled.Cancel();
};
var code = arguments.Repeat is null
    ? await OneRequest.RunAsync(system, arguments, cancelled.Token)
    : await Load.RunAsync(system, arguments, cancelled.Token);
await system.Terminate();
return code;
