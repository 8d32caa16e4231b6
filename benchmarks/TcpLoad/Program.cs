using TcpLoad;

// Raw TCP by our faces against a plain Socket with await, and against Akka.IO as it comes, side by side:
// TcpLoad [--pairs N] [--seconds S] [--mib N] [--rows FILTER] [--list]
// It starts itself once for each server (--serve KIND), and loads two in turn.
if (args is ["--serve", var kind])
    return await Servers.RunAsync(kind);
if (Options.Parse(args) is not { } options)
    return 2;

var rows = Row.All.Where(r => r.Name.Contains(options.Rows, StringComparison.Ordinal)).ToList();
if (options.ListOnly)
{
    rows.ForEach(row => Console.WriteLine(row.Name));
    return 0;
}

Console.WriteLine("| row | ours | the other | ratio | CPU ratio per unit |");
Console.WriteLine("| --- | --- | --- | --- | --- |");
foreach (var row in rows)
    Console.WriteLine(await row.CompareAsync(options));
return 0;
