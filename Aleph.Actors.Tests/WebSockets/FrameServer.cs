using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>
/// A WebSocket server of sockets alone, which answers every handshake and then follows a script in octets.
/// </summary>
internal sealed class FrameServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<FrameLink, Task> _script;
    private readonly ConcurrentBag<Task> _links = [];
    private readonly Task _accepting;

    private FrameServer(Func<FrameLink, Task> script)
    {
        _script = script;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string Url => $"ws://{_listener.LocalEndpoint}";

    /// <summary>The targets that were asked for.</summary>
    public ConcurrentQueue<string> Targets { get; } = new();

    public static FrameServer Start(Func<FrameLink, Task> script) => new(script);

    /// <summary>Stops, and fails with whatever failed in a script.</summary>
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting.Within("the server stopped");
        await Task.WhenAll(_links).Within("the scripts ended");
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _links.Add(ServeAsync(await _listener.AcceptSocketAsync()));
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // Stopped, while it waited or before it asked for the next.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var link = new FrameLink(socket);
        await link.OpenAsync();
        Targets.Enqueue(link.Target);
        await _script(link);
    }
}

/// <summary>A frame that a client sent, unmasked.</summary>
internal sealed record ClientFrame(byte First, byte[] Payload)
{
    public int Opcode => First & 15;

    public int CloseCode => Payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(Payload) : 1005;

    public string Text => Encoding.UTF8.GetString(Payload);
}

/// <summary>One client of a <see cref="FrameServer"/>.</summary>
internal sealed class FrameLink(Socket socket) : IDisposable
{
    private const string Guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private readonly NetworkStream _stream = new(socket, ownsSocket: true);

    /// <summary>Path and query of the request.</summary>
    public string Target { get; private set; } = "";

    public async Task OpenAsync()
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await _stream.ReadExactlyAsync(one).AsTask().Within("a handshake came");
            head.Append((char)one[0]);
        }

        var lines = head.ToString().Split("\r\n");
        Target = lines[0].Split(' ')[1];
        var key = lines.Single(x => x.StartsWith("Sec-WebSocket-Key: ", StringComparison.Ordinal))[19..];
        await SendAsync(Encoding.ASCII.GetBytes(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
            $"Sec-WebSocket-Accept: {AcceptKey(key)}\r\n\r\n"));
    }

    public Task SendAsync(byte[] octets) => _stream.WriteAsync(octets).AsTask().Within("the client took octets");

    public Task SendFrameAsync(int first, byte[] payload) => SendAsync(Frames.Plain(first, payload));

    public Task SendTextAsync(string text) => SendFrameAsync(Frames.Fin | Frames.Text, Encoding.UTF8.GetBytes(text));

    /// <summary>The next frame; null at the end of the connection.</summary>
    public async Task<ClientFrame?> ReadFrameAsync()
    {
        var header = new byte[2];
        if (await _stream.ReadAtLeastAsync(header, 2, throwOnEndOfStream: false).AsTask().Within("a frame came") < 2)
            return null;
        Assert.True((header[1] & 0x80) != 0, "A client's frame is not masked (RFC 6455 5.3).");
        var size = (header[1] & 127) switch
        {
            126 => BinaryPrimitives.ReadUInt16BigEndian(await ReadAsync(2)),
            127 => BinaryPrimitives.ReadInt64BigEndian(await ReadAsync(8)),
            var small => small,
        };
        var mask = await ReadAsync(4);
        var payload = await ReadAsync((int)size);
        for (var i = 0; i < payload.Length; i++)
            payload[i] ^= mask[i % 4];
        return new ClientFrame(header[0], payload);
    }

    /// <summary>The next message, of as many frames as it has.</summary>
    public async Task<(int Opcode, byte[] Payload)> ReadMessageAsync()
    {
        var first = await ReadFrameAsync();
        Assert.NotNull(first);
        List<byte> all = [.. first.Payload];
        for (var last = first; (last.First & Frames.Fin) == 0;)
        {
            last = (await ReadFrameAsync())!;
            Assert.Equal(0, last.Opcode);
            all.AddRange(last.Payload);
        }

        return (first.Opcode, [.. all]);
    }

    /// <summary>Sends a Close, and expects one with the same code.</summary>
    public async Task CloseAsync(int code = 1000, string reason = "")
    {
        await SendFrameAsync(Frames.Fin | Frames.Close, Frames.ClosePayload(code, reason));
        await ExpectCloseAsync(code);
    }

    public async Task ExpectCloseAsync(int code)
    {
        var frame = await ReadFrameAsync();
        Assert.Equal((Frames.Close, code), (frame!.Opcode, frame.CloseCode));
    }

    public void Dispose() => _stream.Dispose();

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6455 4.2.2 wants SHA-1.")]
    private static string AcceptKey(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + Guid)));

    private async Task<byte[]> ReadAsync(int count)
    {
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes).AsTask().Within($"{count} octets came");
        return bytes;
    }
}
