using System.Net.Sockets;
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
        using var isOver = new CancellationTokenSource();
        var flooding = FloodAsync(peer, isOver.Token);
        try
        {
            var answer = Encoding.Latin1.GetString((await peer.ReadToEndAsync()).Bytes);
            if (answer.StartsWith("HTTP/1.1 2", StringComparison.Ordinal))
                throw new NotEnduredException($"the server answered '{answer}'");
        }
        finally
        {
            await isOver.CancelAsync();
            await flooding;
        }
    }

    private async Task FloodAsync(RawPeer peer, CancellationToken isOver)
    {
        var block = RawPeer.Wire(string.Concat(Enumerable.Repeat(again, 4000 / again.Length)));
        try
        {
            while (!isOver.IsCancellationRequested)
            {
                await peer.FloodAsync(block, block.Length);
                await Task.Delay(Pause, CancellationToken.None);
            }
        }
        catch (SocketException)
        {
            // It has ended.
        }
    }
}
