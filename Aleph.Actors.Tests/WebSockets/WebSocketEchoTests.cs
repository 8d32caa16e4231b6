using System.Net.WebSockets;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>The sample WebSocketEcho, as a user runs it.</summary>
public sealed class WebSocketEchoTests
{
    [SkippableTheory]
    [InlineData(false), InlineData(true)]
    public async Task Echoes_messages_of_any_size_and_ends_on_a_signal(bool deflate)
    {
        Skip.If(OperatingSystem.IsWindows(), "needs signals");
        using var sample = SampleProcess.Start("WebSocketEcho", deflate ? ["0"] : ["0", "--no-deflate"]);
        var url = await sample.AddressAsync();
        using var client = new ClientWebSocket();
        client.Options.DangerousDeflateOptions = new WebSocketDeflateOptions();
        client.Options.CollectHttpResponseDetails = true;
        await client.ConnectAsync(new Uri(url + "/any/path"), CancellationToken.None).Within("the handshake");
        Assert.Equal(deflate, client.HttpResponseHeaders!.ContainsKey("Sec-WebSocket-Extensions"));
        foreach (var size in new[] { 0, 1, 125, 126, 65_536, 64 << 20 })
        {
            var sent = new byte[size];
            new Random(size).NextBytes(sent.AsSpan(0, Math.Min(size, 1 << 20)));
            var sending = client.SendAsync(sent, WebSocketMessageType.Binary, true, CancellationToken.None);
            var received = await ReceiveAsync(client).Within(TimeSpan.FromSeconds(60), $"an echo of {size} bytes");
            await sending;
            Assert.Equal(WebSocketMessageType.Binary, received.Type);
            Assert.True(sent.AsSpan().SequenceEqual(received.Bytes), $"the echo of {size} bytes differs");
        }

        await client.SendAsync("grüße"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        Assert.Equal(WebSocketMessageType.Text, (await ReceiveAsync(client).Within("a text")).Type);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", CancellationToken.None).Within("the close");
        Assert.Equal(WebSocketCloseStatus.NormalClosure, client.CloseStatus);
        Assert.Equal(0, await sample.TerminateAsync());
    }

    private static async Task<(WebSocketMessageType Type, byte[] Bytes)> ReceiveAsync(ClientWebSocket client)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var result = await client.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            bytes.Write(buffer.AsSpan(0, result.Count));
            if (result.EndOfMessage)
                return (result.MessageType, bytes.ToArray());
        }
    }
}
