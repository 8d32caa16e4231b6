using System.Net.WebSockets;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>The WebSocket of .NET with our server, compressed; a new one for every few messages.</summary>
internal sealed class ForeignWebSocketTraffic(SoakServer server) : ITraffic
{
    private const int LongestMessage = 20 * 1024;
    private const int MostExchanges = 20;

    public string Name => "ws by ClientWebSocket of .NET";

    public int Users => 3;

    public async Task RunAsync(User user)
    {
        ClientWebSocket? socket = null;
        for (var left = 0; await user.NextAsync(); left--)
        {
            if (socket is null)
                user.BeginConnection();
            var (seed, length) = (user.Random.NextInt64(), user.Random.Next(LongestMessage));
            var isGood = await user.ExchangeAsync(server.Name, async token =>
            {
                socket ??= await ConnectAsync(token);
                await EchoAsync(socket, seed, length, token);
                if (left > 0)
                    return;
                await CloseAsync(socket, token);

                // A server that drains may have said its own first.
                if (socket.CloseStatus == WebSocketCloseStatus.EndpointUnavailable)
                    throw new EndOfStreamException($"closed: {socket.CloseStatus}");
                Payload.Check(socket.CloseStatus, WebSocketCloseStatus.NormalClosure);
            });
            if (isGood && left > 0)
                continue;
            socket?.Dispose();
            (left, socket) = (user.Random.Next(MostExchanges), null);
        }

        socket?.Dispose();
    }

    private async Task<ClientWebSocket> ConnectAsync(CancellationToken cancellation)
    {
        var socket = new ClientWebSocket();
        socket.Options.Proxy = null;
        socket.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{server.EndPoint}/ws"), cancellation);
            return socket;
        }
        catch (WebSocketException failure)
        {
            socket.Dispose();
            throw new IOException(failure.Message, failure);
        }
    }

    private static async Task CloseAsync(ClientWebSocket socket, CancellationToken cancellation)
    {
        try
        {
            await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", cancellation);
        }
        catch (WebSocketException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    private static async Task EchoAsync(
        ClientWebSocket socket, long seed, int length, CancellationToken cancellation)
    {
        var bytes = new byte[length + 1];
        try
        {
            await socket.SendAsync(
                Payload.Bytes(seed, length), WebSocketMessageType.Binary, endOfMessage: true, cancellation);
            for (var got = 0; ;)
            {
                var part = await socket.ReceiveAsync(bytes.AsMemory(got), cancellation);
                got += part.Count;
                if (part.MessageType == WebSocketMessageType.Close)
                    throw new EndOfStreamException($"closed: {socket.CloseStatus}");
                if (!part.EndOfMessage)
                    continue;
                Payload.Check(bytes.AsSpan(0, got), seed, length);
                return;
            }
        }
        catch (WebSocketException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }
}
