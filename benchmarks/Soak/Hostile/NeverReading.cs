using Soak.Servers;

namespace Soak.Hostile;

/// <summary>A large answer, or many, of which nothing is read: the server holds little of it, and gives up.</summary>
internal sealed class NeverReading(SoakServer server, string path, int requests) : IAttack
{
    public string Name => requests == 1 ? "answer never read" : "pipelined requests, answers never read";

    public string Target => server.Name;

    public async Task RunAsync(Random random)
    {
        using var peer = await RawPeer.ConnectAsync(server.EndPoint);
        var wire = RawPeer.Wire($"GET {path} HTTP/1.1|Host: a||");
        for (var i = 0; i < requests; i++)
        {
            // Once it reads no more requests, it takes none.
            if (await peer.FloodAsync(wire, wire.Length) < wire.Length)
                break;
        }

        await Task.Delay(Stage.Limit * 2);
        var (_, count) = await peer.ReadToEndAsync();
        if (count >= (long)requests * Routes.ZerosSize)
            throw new NotEnduredException($"the server waited, and sent {count} bytes");
    }
}
