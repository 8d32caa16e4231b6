using Aleph.Actors.Http;
using Aleph.Actors.Tests.Server;
using Aleph.Actors.Tests.Support;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>WebSockets on connections in memory, under one clock that only the test moves.</summary>
public abstract class WebSocketHarness : ServerHarness
{
    private protected static readonly WebSocketSettings Defaults = WebSocketSettings.Default;

    private protected WebSocketHarness()
    {
    }

    private protected TestClient Client { get; private set; } = null!;

    /// <summary>Opens a WebSocket whose server side echoes.</summary>
    private protected Task<FramePeer> EchoAsync(
        WebSocketSettings? settings = null, string more = "", MemoryTransportOptions? transport = null) =>
        OpenAsync((socket, message) => socket.SendAsync(message), settings, more, transport);

    private protected Task<FramePeer> OpenAsync(
        WebSocketMessageHandler handler, WebSocketSettings? settings = null, string more = "",
        MemoryTransportOptions? transport = null) =>
        OpenAsync(request => HttpResponse.WebSocket(request, handler), settings, more, transport);

    /// <summary>Opens a WebSocket; the server side is the answer's.</summary>
    private protected async Task<(FramePeer Peer, WebSocketConnection Socket)> OwnAsync(
        WebSocketSettings? settings = null, string more = "", MemoryTransportOptions? transport = null)
    {
        var opened = new TaskCompletionSource<WebSocketConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        var peer = await OpenAsync(
            request => HttpResponse.WebSocket(
                request,
                socket =>
                {
                    opened.SetResult(socket);
                    return socket.Closed;
                }),
            settings, more, transport);
        return (peer, await opened.Task.Within("the WebSocket opened"));
    }

    private protected Task<FramePeer> OpenAsync(
        Func<HttpRequest, HttpResponse> handler, WebSocketSettings? settings = null, string more = "",
        MemoryTransportOptions? transport = null)
    {
        Client = Serve(handler, http => http with { WebSocket = settings ?? Defaults }).Connect(transport);
        return FramePeer.ConnectAsync(Client.Peer, more);
    }

    /// <summary>Moves the clock, once the connection has done what it was told.</summary>
    private protected async Task PassAsync(TimeSpan time)
    {
        await Client.SettleAsync();
        Clock.Advance(time);
        await Client.SettleAsync();
    }
}
