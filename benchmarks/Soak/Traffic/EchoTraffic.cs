using Soak.Servers;

namespace Soak.Traffic;

/// <summary>Messages of any size on a connection of bytes that come back, some on each connection.</summary>
internal sealed class EchoTraffic(string name, SoakServer server, Func<CancellationToken, Task<Stream>> connect)
    : ITraffic
{
    private const int LongestMessage = 32 * 1024;
    private const int MostMessages = 20;

    public string Name => name;

    public int Users => 6;

    public async Task RunAsync(User user)
    {
        Stream? stream = null;
        for (var left = 0; await user.NextAsync(); left--)
        {
            if (left <= 0)
                (left, stream) = (user.Random.Next(1, MostMessages), await CloseAsync(stream));
            if (stream is null)
                user.BeginConnection();
            var (seed, length) = (user.Random.NextInt64(), user.Random.Next(1, LongestMessage));
            var isGood = await user.ExchangeAsync(server.Name, async token =>
            {
                stream ??= await connect(token);
                await SendAndReceiveAsync(stream, seed, length, token);
            });
            if (!isGood)
                (left, stream) = (0, await CloseAsync(stream));
        }

        await CloseAsync(stream);
    }

    // Both at a time: neither side buffers as much as a message may be long.
    private static async Task SendAndReceiveAsync(
        Stream stream, long seed, int length, CancellationToken cancellation)
    {
        var bytes = new byte[length];
        var sending = stream.WriteAsync(Payload.Bytes(seed, length), cancellation).AsTask();
        var receiving = stream.ReadExactlyAsync(bytes, cancellation).AsTask();
        await Task.WhenAll(sending, receiving);
        Payload.Check(bytes, seed, length);
    }

    private static async Task<Stream?> CloseAsync(Stream? stream)
    {
        if (stream is not null)
            await stream.DisposeAsync();
        return null;
    }
}
