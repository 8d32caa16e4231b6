using Soak.Servers;

namespace Soak.Hostile;

/// <summary>Sends something, reads something or nothing, and breaks the connection: nothing may stay behind.</summary>
internal sealed class Resets(SoakServer server, string name, string wire, bool reads) : IAttack
{
    public string Name => name;

    public string Target => server.Name;

    public async Task RunAsync(Random random)
    {
        using var peer = await RawPeer.ConnectAsync(server.EndPoint);
        await peer.SendAsync(wire);
        if (reads)
            await peer.ReadAsync(new byte[random.Next(1, 4096)]);
        else
            await Task.Delay(random.Next(20));
        peer.Reset();
    }
}
