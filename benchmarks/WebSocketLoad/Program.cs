using WebSocketLoad;

// WebSockets of ours against Kestrel's, side by side:
// WebSocketLoad [--pairs N] [--seconds S] [--rows FILTER] [--idle N] [--list]
// It starts itself once for each server (--serve ours|inline|task|bcl|kestrel), and loads two in turn.
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

Console.WriteLine("| row | ours | Kestrel | ratio | CPU ratio per unit |");
Console.WriteLine("| --- | --- | --- | --- | --- |");
foreach (var row in rows)
    Console.WriteLine(await row.CompareAsync(options));
return 0;
