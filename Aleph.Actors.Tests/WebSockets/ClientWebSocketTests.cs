using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>The server with the runtime's own client, over sockets.</summary>
public sealed class ClientWebSocketTests
{
    public static TheoryData<bool, bool, int> Deflates() => new()
    {
        { false, false, 15 },
        { true, true, 15 },
        { true, false, 15 },
        { false, true, 15 },
        { true, true, 9 },
    };

    [Theory]
    [MemberData(nameof(Deflates))]
    public async Task Echoes_compressed_messages_with_any_parameters(bool server, bool client, int bits)
    {
        await using var host = await PeerHost.EchoAsync(x => x with
        {
            OwnContextTakeover = server,
            PeerContextTakeover = client,
        });
        using var socket = await ConnectAsync(host, "/", options => options.DangerousDeflateOptions =
            new WebSocketDeflateOptions { ServerMaxWindowBits = bits, ClientMaxWindowBits = bits });
        foreach (var size in new[] { 1, 200, 5000, 100_000, 1_000_000, 300 })
        {
            var payload = new byte[size];
            for (var i = 0; i < size; i++)
                payload[i] = (byte)("compressible text "[i % 18] + (i / 1000 % 7));
            await EchoAsync(socket, payload, WebSocketMessageType.Text);
            Random.Shared.NextBytes(payload);
            await EchoAsync(socket, payload, WebSocketMessageType.Binary);
        }

        await CloseAsync(socket);
    }

    [Fact]
    public async Task Echoes_64_MiB()
    {
        await using var host = await PeerHost.EchoAsync();
        using var socket = await ConnectAsync(host, "/");
        var payload = new byte[64 << 20];
        new Random(1).NextBytes(payload);
        await EchoAsync(socket, payload, WebSocketMessageType.Binary);
        await CloseAsync(socket);
    }

    [Fact]
    public async Task Agrees_on_a_sub_protocol_and_refuses_with_a_status()
    {
        await using var host = await PeerHost.EchoAsync();
        using var socket = await ConnectAsync(host, "/", options => options.AddSubProtocol("echo"));
        Assert.Equal("echo", socket.SubProtocol);
        await CloseAsync(socket);
        using var refused = new ClientWebSocket { Options = { CollectHttpResponseDetails = true } };
        await Assert.ThrowsAsync<WebSocketException>(() => refused.ConnectAsync(Uri(host, "/forbidden"), default));
        Assert.Equal(HttpStatusCode.Forbidden, refused.HttpStatusCode);
    }

    [Fact]
    public async Task The_server_closes_with_its_code()
    {
        await using var host = await PeerHost.EchoAsync();
        using var socket = await ConnectAsync(host, "/close");
        await socket.SendAsync(new byte[1], WebSocketMessageType.Binary, true, default);
        var result = await socket.ReceiveAsync(new byte[10], default).Within("the close came");
        Assert.Equal(WebSocketMessageType.Close, result.MessageType);
        Assert.Equal((4001, "server closes"), ((int)socket.CloseStatus!, socket.CloseStatusDescription));
        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", default);
    }

    [Fact]
    public async Task Drain_closes_all_with_1001_and_waits_for_them()
    {
        var host = await PeerHost.EchoAsync();
        var sockets = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ConnectAsync(host, "/")));
        var drain = host.Binding.DrainAsync(TimeSpan.FromSeconds(20));
        foreach (var socket in sockets)
        {
            var result = await socket.ReceiveAsync(new byte[10], default).Within("the close came");
            Assert.Equal(WebSocketCloseStatus.EndpointUnavailable, result.CloseStatus);
            await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "", default);
            socket.Dispose();
        }

        await drain.Within("the server drained");
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Drain_ends_at_its_deadline_where_a_peer_does_not_answer()
    {
        await using var host = await PeerHost.EchoAsync(x => x with { CloseTimeout = TimeSpan.FromHours(1) });
        using var peer = await FramePeer.ConnectAsync(host.EndPoint);
        var drain = host.Binding.DrainAsync(TimeSpan.FromSeconds(5));
        await peer.ExpectCloseAsync(1001);
        await drain.Within("the deadline ended it");
        await peer.ExpectResetAsync();
    }

    [Fact]
    public async Task Mutated_frames_over_sockets_end_or_are_answered_and_leave_nothing()
    {
        await using var host = await PeerHost.EchoAsync(x => x with { CloseTimeout = TimeSpan.FromSeconds(2) });
        var random = new Random(7);
        for (var round = 0; round < 150; round++)
        {
            using var peer = await FramePeer.ConnectAsync(
                host.EndPoint, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
            var octets = new byte[random.Next(1, 60)];
            random.NextBytes(octets);
            octets[0] = (byte)(octets[0] & 0xCF);
            byte[] all = [.. Frames.Masked(Frames.Fin | Frames.Text, "ok"u8), .. octets];
            await SendInSegmentsAsync(peer, all, random);
            Assert.Equal("ok", await peer.ReadTextAsync());
        }

        var alive = await FramePeer.ConnectAsync(host.EndPoint);
        await alive.SendTextAsync("alive");
        Assert.Equal("alive", await alive.ReadTextAsync());
        alive.Dispose();
        await Pacing.UntilAsync(
            async () => await host.StatisticsAsync() is { ActiveRequests: 0, Connections.Open: 0 },
            "nothing was left of the connections");
    }

    private static async Task SendInSegmentsAsync(FramePeer peer, byte[] all, Random random)
    {
        for (var at = 0; at < all.Length;)
        {
            var next = Math.Min(all.Length, at + 1 + random.Next(20));
            try
            {
                await peer.SendAsync(all[at..next]);
            }
            catch (SocketException)
            {
                return;
            }

            at = next;
        }
    }

    private static async Task EchoAsync(ClientWebSocket socket, byte[] payload, WebSocketMessageType type)
    {
        var send = socket.SendAsync(payload, type, true, default);
        var back = new byte[payload.Length + 1];
        var count = 0;
        WebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(new ArraySegment<byte>(back, count, back.Length - count), default)
                .Within($"an echo of {payload.Length} bytes");
            count += result.Count;
            Assert.Equal(type, result.MessageType);
        }
        while (!result.EndOfMessage);
        Assert.True(back.AsSpan(0, count).SequenceEqual(payload), $"{count} of {payload.Length} bytes");
        await send;
    }

    private static async Task CloseAsync(ClientWebSocket socket)
    {
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", default).Within("the close was answered");
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
        Assert.Equal(WebSocketState.Closed, socket.State);
    }

    private static async Task<ClientWebSocket> ConnectAsync(
        HttpHost host, string path, Action<ClientWebSocketOptions>? configure = null)
    {
        var socket = new ClientWebSocket();
        configure?.Invoke(socket.Options);
        await socket.ConnectAsync(Uri(host, path), default).Within("the handshake");
        return socket;
    }

    private static Uri Uri(HttpHost host, string path) => new($"ws://{host.EndPoint}{path}");
}
