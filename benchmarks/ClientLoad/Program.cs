using ClientLoad;

// Our HTTP client against HttpClient on SocketsHttpHandler, alternating in one process, on the same server, which is a
// process of its own: ClientLoad [--pairs N] [--seconds S] [--rows FILTER]
if (args is ["--serve"])
    return await LoadServer.RunAsync();
if (Options.Parse(args) is not { } options)
    return 2;

using var server = await ServerProcess.StartAsync();
await using var ours = new OurSide(server.Port);
using var theirs = new TheirSide(server.Port);
Console.WriteLine("| row | unit | ours | HttpClient | ratio | CPU ratio | p99 ratio | bytes allocated per request |");
Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
foreach (var row in Row.All.Where(x => x.Name.Contains(options.Rows, StringComparison.Ordinal)))
    Console.WriteLine(await row.CompareAsync(ours, theirs, options));
return 0;
