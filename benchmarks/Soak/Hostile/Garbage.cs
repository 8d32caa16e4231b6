using Soak.Servers;

namespace Soak.Hostile;

/// <summary>Bytes that are no protocol at all, then silence: the server ends it.</summary>
internal sealed class Garbage(SoakServer server) : IAttack
{
    private const int Most = 3000;

    public string Name => $"garbage to {server.Name}";

    public string Target => server.Name;

    public async Task RunAsync(Random random)
    {
        using var peer = await RawPeer.ConnectAsync(server.EndPoint);
        await peer.SendAsync(Payload.Bytes(random.NextInt64(), random.Next(1, Most)));
        await peer.ReadToEndAsync();
    }
}
