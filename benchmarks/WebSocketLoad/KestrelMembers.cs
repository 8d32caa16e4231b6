using System.Collections.Concurrent;
using System.Net.WebSockets;

namespace WebSocketLoad;

/// <summary>Kestrel's side: an echo, and a group to whose members each message is sent by a loop.</summary>
internal sealed class KestrelMembers
{
    private readonly ConcurrentDictionary<WebSocket, object?> _members = new();

    public static async Task EchoAsync(WebSocket socket, int bufferSize)
    {
        var buffer = new byte[bufferSize];
        try
        {
            while (true)
            {
                var got = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (got.MessageType == WebSocketMessageType.Close)
                    break;
                await socket.SendAsync(
                    buffer.AsMemory(0, got.Count), got.MessageType, got.EndOfMessage, CancellationToken.None);
            }
        }
        catch (WebSocketException)
        {
            // The client has enough.
        }
    }

    public async Task JoinAsync(WebSocket socket)
    {
        _members[socket] = null;
        try
        {
            await socket.ReceiveAsync(new byte[16].AsMemory(), CancellationToken.None);
        }
        catch (WebSocketException)
        {
            // The client has enough.
        }

        _members.TryRemove(socket, out _);
    }

    public async Task SendAsync(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var got = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (got.MessageType == WebSocketMessageType.Close)
                    break;
                var message = buffer.AsMemory(0, got.Count);
                var sends = new List<Task>(_members.Count);
                foreach (var member in _members.Keys)
                {
                    var send = member.SendAsync(message, WebSocketMessageType.Binary, true, CancellationToken.None);
                    if (!send.IsCompletedSuccessfully)
                        sends.Add(send.AsTask());
                }

                await Task.WhenAll(sends);
            }
        }
        catch (WebSocketException)
        {
            // The client has enough.
        }
    }
}
