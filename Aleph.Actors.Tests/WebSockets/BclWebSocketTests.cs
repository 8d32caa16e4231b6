using System.Net.WebSockets;
using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>A server's WebSocket as the runtime's own type.</summary>
public sealed class BclWebSocketTests : WebSocketHarness
{
    [Fact]
    public async Task Receives_in_the_callers_buffer_and_sends_in_parts()
    {
        var (peer, socket) = await OpenBclAsync();
        await peer.SendTextAsync("hello");
        var buffer = new byte[3];
        var first = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Equal((3, WebSocketMessageType.Text, false), (first.Count, first.MessageType, first.EndOfMessage));
        var second = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
        Assert.Equal((2, true), (second.Count, second.EndOfMessage));
        await socket.SendAsync("a"u8.ToArray(), WebSocketMessageType.Text, false, CancellationToken.None);
        await socket.SendAsync("b"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        Assert.Equal((Frames.Text, "a"), (await peer.ReadFrameAsync()) is { } a ? (a.First, a.Text) : default);
        Assert.Equal((Frames.Fin, "b"), (await peer.ReadFrameAsync()) is { } b ? (b.First, b.Text) : default);
    }

    [Fact]
    public async Task Sees_the_peers_Close_and_goes_through_the_states()
    {
        var (peer, socket) = await OpenBclAsync();
        Assert.Equal(WebSocketState.Open, socket.State);
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(4007, "why"));
        var result = await socket.ReceiveAsync(new byte[10], CancellationToken.None);
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        Assert.Equal(((WebSocketCloseStatus?)4007, "why"), (socket.CloseStatus, socket.CloseStatusDescription));
        Assert.Equal(WebSocketState.CloseReceived, socket.State);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None);
        Assert.Equal(WebSocketState.Closed, socket.State);
        await peer.ExpectCloseAsync(4007);
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task Closes_its_output_and_reads_on()
    {
        var (peer, socket) = await OpenBclAsync();
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        Assert.Equal("bye", await peer.ExpectCloseAsync(1000));
        Assert.Equal(WebSocketState.CloseSent, socket.State);
        await peer.SendTextAsync("rest");
        var buffer = new byte[10];
        var result = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Equal("rest", Encoding.UTF8.GetString(buffer, 0, result.Count));
        await Assert.ThrowsAsync<WebSocketException>(() => socket.SendAsync(
            new byte[1], WebSocketMessageType.Binary, true, CancellationToken.None));
        await peer.SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(1000));
        Assert.Equal(
            WebSocketMessageType.Close, (await socket.ReceiveAsync(buffer, CancellationToken.None)).MessageType);
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    [Fact]
    public async Task A_broken_connection_throws_and_is_aborted()
    {
        var (_, socket) = await OpenBclAsync();
        var receive = socket.ReceiveAsync(new byte[10], CancellationToken.None);
        Client.Peer.Reset();
        var fault = await Assert.ThrowsAsync<WebSocketException>(() => receive.Within("the read ended"));
        Assert.Equal(WebSocketError.ConnectionClosedPrematurely, fault.WebSocketErrorCode);
        Assert.Equal(WebSocketState.Aborted, socket.State);
    }

    [Fact]
    public async Task Disposing_an_open_one_resets_the_connection()
    {
        var (peer, socket) = await OpenBclAsync();
        socket.Dispose();
        await peer.ExpectResetAsync();
    }

    private async Task<(FramePeer Peer, WebSocket Socket)> OpenBclAsync()
    {
        var (peer, socket) = await OwnAsync();
        return (peer, socket.AsWebSocket());
    }
}
