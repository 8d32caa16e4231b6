using Soak.Servers;

namespace Soak.Hostile;

/// <summary>Many connections at a time that end at once, some by a reset, some after garbage.</summary>
internal sealed class ConnectStorm(SoakServer server) : IAttack
{
    private const int Connections = 15;

    public string Name => $"{Connections} connections to {server.Name}, gone at once";

    public string Target => server.Name;

    public Task RunAsync(Random random)
    {
        var chances = Enumerable.Range(0, Connections).Select(_ => new Random(random.Next())).ToList();
        return Task.WhenAll(chances.Select(OneAsync));
    }

    private async Task OneAsync(Random random)
    {
        using var peer = await RawPeer.ConnectAsync(server.EndPoint);
        if (random.Next(2) == 0)
            await peer.SendAsync(Payload.Bytes(random.NextInt64(), random.Next(1, 100)));
        if (random.Next(2) == 0)
            peer.Reset();
    }
}
