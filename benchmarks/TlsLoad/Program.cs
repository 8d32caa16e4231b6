using TlsLoad;

// TLS of ours against Kestrel's, side by side: TlsLoad [--pairs N] [--seconds S] [--rows FILTER]
// It starts itself twice as a server (--serve ours|kestrel PFX), with one certificate, and loads the two in turn.
if (args is ["--serve", var kind, var pfx])
    return await Servers.RunAsync(kind, pfx);
if (Options.Parse(args) is not { } options)
    return 2;

var file = Path.Combine(Path.GetTempPath(), $"tlsload-{Environment.ProcessId}.pfx");
await File.WriteAllBytesAsync(file, Servers.MakeCertificate());
try
{
    using var ours = ServerProcess.Start("ours", file);
    using var kestrel = ServerProcess.Start("kestrel", file);
    Console.WriteLine("| row | ours | Kestrel | ratio | CPU ratio per unit |");
    Console.WriteLine("| --- | --- | --- | --- | --- |");
    foreach (var row in Row.All.Where(r => r.Name.Contains(options.Rows, StringComparison.Ordinal)))
        Console.WriteLine(await row.CompareAsync(ours, kestrel, options));
    return 0;
}
finally
{
    File.Delete(file);
}
