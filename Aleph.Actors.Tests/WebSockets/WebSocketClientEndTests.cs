using Aleph.Actors.Http;
using Aleph.Actors.Tests.Client;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>How WebSockets of clients end, with servers of sockets alone.</summary>
public sealed class WebSocketClientEndTests : ClientHarness
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(200);

    [Fact]
    [Trait("rfc", "6455-7.1.1")]
    public async Task A_client_lets_the_server_end_the_connection()
    {
        var mayEnd = new TaskCompletionSource();
        await using var server = FrameServer.Start(async link =>
        {
            await link.CloseAsync(4000);
            await mayEnd.Task.Within("the test allowed it");
        });
        var socket = await OpenAsync(server, WebSocketSettings.Default with { CloseTimeout = TimeSpan.FromHours(1) });
        Assert.Null(await socket.ReceiveAsync().AsTask().Within("the end of messages"));
        Assert.False(socket.Closed.IsCompleted);
        mayEnd.SetResult();
        Assert.Equal(4000, (await socket.Closed.Within("it closed")).Code);
    }

    [Fact]
    [Trait("rfc", "6455-7.1.1")]
    public async Task A_server_that_does_not_end_the_connection_is_waited_for_up_to_the_limit()
    {
        await using var server = FrameServer.Start(async link =>
        {
            await link.CloseAsync(4000);
            Assert.Null(await link.ReadFrameAsync());
        });
        var socket = await OpenAsync(server, WebSocketSettings.Default with { CloseTimeout = Soon });
        Assert.Equal(4000, (await socket.Closed.Within("it closed")).Code);
    }

    [Fact]
    public async Task A_half_open_server_is_found_by_the_heartbeat_of_the_client()
    {
        var pinged = new TaskCompletionSource();
        var closed = new TaskCompletionSource();
        await using var server = FrameServer.Start(async link =>
        {
            Assert.Equal(Frames.Ping, (await link.ReadFrameAsync())!.Opcode);
            pinged.SetResult();
            await closed.Task.Within("the client gave it up");
        });
        var socket = await OpenAsync(
            server, WebSocketSettings.Default with { HeartbeatInterval = Soon, HeartbeatTimeout = Soon });
        await pinged.Task.Within("a heartbeat");
        Assert.Equal(WebSocketClose.Abnormal, (await socket.Closed.Within("it was given up")).Code);
        closed.SetResult();
    }

    [Theory]
    [InlineData("c1 01 00", 1002)]
    [InlineData("81 81", 1002)]
    [InlineData("83 00", 1002)]
    [InlineData("82 7f ff ff ff ff ff ff ff ff", 1002)]
    [InlineData("82 7f 7f ff ff ff ff ff ff ff", 1009)]
    [InlineData("81 04 ce ba e1 ed", 1007)]
    [InlineData("88 01 03", 1002)]
    [InlineData("88 02 03 ed", 1002)]
    [InlineData("88 03 03 e8 ff", 1007)]
    [Trait("rfc", "6455-7.1.7")]
    public async Task A_fault_of_the_server_is_told_by_a_Close(string hex, int code)
    {
        await using var server = FrameServer.Start(async link =>
        {
            await link.SendAsync(Frames.Hex(hex));
            await link.ExpectCloseAsync(code);
        });
        var socket = await OpenAsync(server, WebSocketSettings.Default with { Compression = false });
        Assert.Equal(code, (await socket.Closed.Within("it closed")).Code);
        await Assert.ThrowsAsync<WebSocketClosedException>(() => socket.ReceiveAsync().AsTask());
    }

    private Task<WebSocketConnection> OpenAsync(FrameServer server, WebSocketSettings settings) => Sys.Http()
        .WebSocketAsync(server.Url, new WebSocketClientOptions { Settings = settings }).Within("the WebSocket opened");
}
