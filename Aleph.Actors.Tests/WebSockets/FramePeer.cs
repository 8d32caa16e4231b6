using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>A frame that a server sent.</summary>
internal sealed record ServerFrame(byte First, byte[] Payload)
{
    public string Text => Encoding.UTF8.GetString(Payload);

    public int Opcode => First & 15;

    /// <summary>Code and reason of a Close.</summary>
    public (int Code, string Reason) Close => Payload.Length == 0
        ? (1005, "")
        : (BinaryPrimitives.ReadUInt16BigEndian(Payload), Encoding.UTF8.GetString(Payload.AsSpan(2)));
}

/// <summary>
/// A WebSocket client that sends octets as they are and reads frames strictly, over a socket or in memory.
/// </summary>
internal sealed class FramePeer(
    Func<ReadOnlyMemory<byte>, Task> write, Func<Memory<byte>, Task<int>> read, IDisposable? owned = null) : IDisposable
{
    public const string Key = "dGhlIHNhbXBsZSBub25jZQ==";
    public const string Accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly List<byte> _unread = [];
    private int _at;

    /// <summary>The head of the answer.</summary>
    public string Head { get; private set; } = "";

    public static string Request(string more = "", string path = "/") =>
        $"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: {Key}\r\n" +
        $"Sec-WebSocket-Version: 13\r\n{more}\r\n";

    public static async Task<FramePeer> ConnectAsync(EndPoint endPoint, string more = "", int? receiveBuffer = null)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (receiveBuffer is { } size)
            socket.ReceiveBufferSize = size;
        await socket.ConnectAsync(endPoint).Within("a connection");
        var peer = new FramePeer(
            async bytes =>
            {
                while (!bytes.IsEmpty)
                    bytes = bytes[await socket.SendAsync(bytes)..];
            },
            async memory => await socket.ReceiveAsync(memory),
            socket);
        await peer.OpenAsync(more);
        return peer;
    }

    public static async Task<FramePeer> ConnectAsync(MemoryPeer memory, string more = "")
    {
        var peer = new FramePeer(bytes => memory.WriteAsync(bytes), to => memory.ReadAsync(to));
        await peer.OpenAsync(more);
        return peer;
    }

    public Task SendAsync(params byte[] bytes) => write(bytes).Within($"the server took {bytes.Length} octets");

    /// <summary>Sends a masked frame.</summary>
    public Task SendFrameAsync(int first, byte[] payload) => SendAsync(Frames.Masked(first, payload));

    public Task SendTextAsync(string text) => SendFrameAsync(Frames.Fin | Frames.Text, Encoding.UTF8.GetBytes(text));

    /// <summary>The next frame; null at the end of the connection.</summary>
    public async Task<ServerFrame?> ReadFrameAsync(string awaited = "a frame")
    {
        while (true)
        {
            if (TryRead() is { } frame)
                return frame;
            if (!await FillAsync(awaited))
            {
                Assert.Equal(_unread.Count, _at);
                return null;
            }
        }
    }

    public async Task<string> ReadTextAsync()
    {
        var frame = await ReadFrameAsync("a text");
        Assert.True(frame is { First: Frames.Fin | Frames.Text }, $"{frame?.First:X2} {frame?.Text}");
        return frame!.Text;
    }

    /// <summary>Expects a Close with this code next, and answers its reason.</summary>
    public async Task<string> ExpectCloseAsync(int code)
    {
        var frame = await ReadFrameAsync($"a Close with {code}");
        Assert.True(frame is { First: Frames.Fin | Frames.Close }, $"no Close, but {frame?.First:X2} {frame?.Text}");
        Assert.Equal(code, frame!.Close.Code);
        return frame.Close.Reason;
    }

    public async Task ExpectEndAsync() => Assert.Null(await ReadFrameAsync("the end"));

    /// <summary>The server resets the connection.</summary>
    public async Task ExpectResetAsync()
    {
        try
        {
            while (await ReadFrameAsync("a reset") is not null)
            {
            }
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return;
        }

        Assert.Fail("The connection was closed, not reset.");
    }

    public void Dispose() => owned?.Dispose();

    private async Task OpenAsync(string more)
    {
        await SendAsync(Encoding.Latin1.GetBytes(Request(more)));
        int end;
        while ((end = Encoding.Latin1.GetString([.. _unread]).IndexOf("\r\n\r\n", StringComparison.Ordinal)) < 0)
            Assert.True(await FillAsync("the answer to a handshake"), "The connection ended before an answer.");
        Head = Encoding.Latin1.GetString([.. _unread.Take(end + 2)]);
        _unread.RemoveRange(0, end + 4);
        Assert.StartsWith("HTTP/1.1 101 ", Head);
        Assert.Contains($"Sec-WebSocket-Accept: {Accept}\r\n", Head);
    }

    private async Task<bool> FillAsync(string awaited)
    {
        var count = await read(_buffer).Within($"{awaited} came");
        _unread.AddRange(_buffer.AsSpan(0, count));
        return count > 0;
    }

    private ServerFrame? TryRead()
    {
        var data = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_unread)[_at..];
        if (data.Length < 2)
            return null;
        Assert.True((data[1] & 0x80) == 0, "A server's frame is masked.");
        var (size, length) = (data[1] & 127) switch
        {
            126 when data.Length >= 4 => (4, (long)BinaryPrimitives.ReadUInt16BigEndian(data[2..])),
            127 when data.Length >= 10 => (10, BinaryPrimitives.ReadInt64BigEndian(data[2..])),
            126 or 127 => (0, long.MaxValue),
            var small => (2, small),
        };
        if (data.Length - size < length)
            return null;
        var frame = new ServerFrame(data[0], data.Slice(size, (int)length).ToArray());
        _at += size + (int)length;
        if (_at > 1 << 20)
        {
            _unread.RemoveRange(0, _at);
            _at = 0;
        }

        return frame;
    }
}
