using Soak.Servers;

namespace Soak.Hostile;

/// <summary>Sends to an echo and never reads: after what the buffers hold, nothing more is taken.</summary>
internal sealed class EchoFlood(SoakServer server) : IAttack
{
    private const long Limit = 64 << 20;

    public string Name => $"flood of {server.Name}, its echo never read";

    public string Target => server.Name;

    public async Task RunAsync(Random random)
    {
        using var peer = await RawPeer.ConnectAsync(server.EndPoint);
        var sent = await peer.FloodAsync(Payload.Bytes(random.NextInt64(), 32 * 1024), Limit);
        peer.Reset();
        if (sent >= Limit)
            throw new NotEnduredException($"the server took {sent} bytes");
    }
}
