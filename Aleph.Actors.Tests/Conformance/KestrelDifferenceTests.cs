using System.Text;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>
/// The same bytes to this server and to Kestrel: where the answers differ, the documented table says so and why.
/// </summary>
public sealed class KestrelDifferenceTests
{
    private const string Document = "docs/differences-from-kestrel.md";
    private const string Probe = "GET /probe HTTP/1.1|Host: a|Connection: close||";

    [Fact]
    public async Task Differences_are_those_in_the_document()
    {
        await using var ours = await HttpHost.StartAsync();
        await using var theirs = await KestrelHost.StartAsync();
        var table = new StringBuilder("| request | Kestrel | Aleph.Actors | why |\n|---|---|---|---|\n");
        var unexplained = new List<string>();
        foreach (var script in KestrelScript.All)
        {
            var kestrel = await TranscriptAsync(theirs.EndPoint, script);
            var aleph = await TranscriptAsync(ours.EndPoint, script);
            if (kestrel != aleph)
                table.Append($"| {script.Name} | {kestrel} | {aleph} | {script.Why} |\n");
            if ((kestrel != aleph) != (script.Why is not null))
                unexplained.Add($"{script.Name}: Kestrel {kestrel}, here {aleph}, why: {script.Why ?? "not said"}");
        }

        Assert.True(unexplained.Count == 0, string.Join('\n', unexplained));
        var documented = string.Join('\n', Repository.Lines(Document).Where(x => x.StartsWith('|'))) + "\n";
        Assert.True(documented == table.ToString(), $"{Document} has another table than this:\n{table}");
    }

    // Statuses, what the handler saw of the last, and whether the connection served on.
    private static async Task<string> TranscriptAsync(System.Net.IPEndPoint server, KestrelScript script)
    {
        using var client = await RawClient.ConnectAsync(server);
        await client.SendAsync(RawClient.Bytes(script.Wire + Probe));
        var said = new List<string>();
        try
        {
            if (script.Name == "HEAD")
                said.Add($"{(await client.ReadResponseAsync(toHead: true)).Status}");
            foreach (var answer in await client.ReadToEndAsync())
                said.Add(answer.Status == 200 ? $"{answer.Status} {answer.Body}" : $"{answer.Status}");
        }
        catch (EndOfStreamException)
        {
            said.Add("cut");
        }

        var servesOn = said is [.., "200 GET /probe 0"];
        if (servesOn)
            said.RemoveAt(said.Count - 1);
        var text = string.Join(", ", said.Select(x => x.Length > 60 ? x[..60] : x));
        return (text.Length == 0 ? "no answer" : text) + (servesOn ? ", kept open" : ", closed");
    }
}
