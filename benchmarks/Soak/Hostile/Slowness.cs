using Soak.Servers;

namespace Soak.Hostile;

/// <summary>Bytes one at a time for ever, or none: the server must end it by its limits of time.</summary>
internal sealed class Slowness(SoakServer server, string name, string first, char drip) : IAttack
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public string Name => name;

    public string Target => server.Name;

    public async Task RunAsync(Random random)
    {
        using var peer = await RawPeer.ConnectAsync(server.EndPoint);
        await peer.SendAsync(first);
        if (drip == '\0')
            await peer.ReadToEndAsync();
        else
            await peer.ReadToEndWhileAsync(() => peer.SendAsync(new byte[] { (byte)drip }), Pause);
    }
}
