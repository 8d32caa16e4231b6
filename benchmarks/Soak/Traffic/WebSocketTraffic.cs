using Aleph.Actors.Http;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>Some messages at a time on a WebSocket that come back in their order, text and binary.</summary>
internal sealed class WebSocketTraffic(
    AlephHttpClient client, SoakServer server, string scheme, bool isCompressed) : ITraffic
{
    private const int LongestMessage = 40 * 1024;
    private const int MostMessages = 5;
    private const int MostExchanges = 30;

    private readonly WebSocketClientOptions _options = WebSocketClientOptions.Default with
    {
        Settings = WebSocketSettings.Default with { Compression = isCompressed },
    };

    public string Name => $"{scheme} WebSocket{(isCompressed ? ", deflate" : "")}";

    public int Users => 4;

    public async Task RunAsync(User user)
    {
        WebSocketConnection? socket = null;
        for (var left = 0; await user.NextAsync(); left--)
        {
            if (left <= 0)
                (left, socket) = (user.Random.Next(1, MostExchanges), await CloseAsync(socket));
            if (socket is null)
                user.BeginConnection();
            var messages = Enumerable.Range(0, user.Random.Next(1, MostMessages)).Select(_ => Message(user.Random));
            var sent = messages.ToList();
            var isGood = await user.ExchangeAsync(server.Name, async token =>
            {
                socket ??= await client.WebSocketAsync($"{scheme}://{server.EndPoint}/ws", _options, token);
                await SendAndReceiveAsync(socket, sent, token);
            });
            if (isGood)
                continue;
            socket?.Abort();
            (left, socket) = (0, null);
        }

        await CloseAsync(socket);
    }

    private static WebSocketMessage Message(Random random)
    {
        var (seed, length) = (random.NextInt64(), random.Next(LongestMessage));
        return random.Next(2) == 0
            ? WebSocketMessage.Of(Payload.Text(seed, length))
            : WebSocketMessage.Of(Payload.Bytes(seed, length));
    }

    private static async Task SendAndReceiveAsync(
        WebSocketConnection socket, List<WebSocketMessage> messages, CancellationToken cancellation)
    {
        var sending = SendAsync(socket, messages, cancellation);
        try
        {
            foreach (var message in messages)
            {
                var came = await socket.ReceiveAsync(cancellation)
                    ?? throw new EndOfStreamException($"closed: {await socket.Closed}");
                Payload.Check(came.IsText, message.IsText);
                if (!came.Bytes.Span.SequenceEqual(message.Bytes.Span))
                {
                    throw new WrongContentException(
                        $"a message of {came.Bytes.Length} bytes, not that of {message.Bytes.Length}");
                }
            }
        }
        finally
        {
            await sending;
        }
    }

    private static async Task SendAsync(
        WebSocketConnection socket, List<WebSocketMessage> messages, CancellationToken cancellation)
    {
        foreach (var message in messages)
            await socket.SendAsync(message, cancellation);
    }

    private static async Task<WebSocketConnection?> CloseAsync(WebSocketConnection? socket)
    {
        if (socket is not null)
            await socket.CloseAsync();
        return null;
    }
}
