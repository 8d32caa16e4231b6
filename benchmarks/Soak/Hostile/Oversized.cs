using System.Text;
using Soak.Servers;

namespace Soak.Hostile;

/// <summary>
/// A request without end: the server refuses it by its limit of size, and ends it although more comes.
/// </summary>
internal sealed class Oversized(SoakServer server, string name, string first, string again) : IAttack
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    public string Name => name;

    public string Target => server.Name;

    public async Task RunAsync(Random random)
    {
        using var peer = await RawPeer.ConnectAsync(server.EndPoint);
        await peer.SendAsync(first);
        var block = RawPeer.Wire(string.Concat(Enumerable.Repeat(again, 4000 / again.Length)));
        var (bytes, _) = await peer.ReadToEndWhileAsync(() => peer.FloodAsync(block, block.Length), Pause);
        var answer = Encoding.Latin1.GetString(bytes);
        if (answer.StartsWith("HTTP/1.1 2", StringComparison.Ordinal))
            throw new NotEnduredException($"the server answered '{answer}'");
    }
}
