using System.Net.Sockets;
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
        using var isOver = new CancellationTokenSource();
        var dripping = DripAsync(peer, isOver.Token);
        try
        {
            await peer.ReadToEndAsync();
        }
        finally
        {
            await isOver.CancelAsync();
            await dripping;
        }
    }

    private async Task DripAsync(RawPeer peer, CancellationToken isOver)
    {
        try
        {
            while (drip != '\0' && !isOver.IsCancellationRequested)
            {
                await peer.SendAsync(new byte[] { (byte)drip });
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
        catch (SocketException)
        {
            // It has ended.
        }
    }
}
