using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Benchmarks;

namespace WebSocketLoad;

/// <summary>
/// A WebSocket on a plain socket: it sends frames made in advance, and reads frames without a look inside.
/// </summary>
internal sealed class Client : IDisposable
{
    private const int MaskKey = 0x01020304;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _begin;
    private int _end;

    private Client(Socket socket) => _socket = socket;

    public static async Task<Client> OpenAsync(EndPoint server, string path, bool deflate = false)
    {
        var client = new Client(await PlainClient.ConnectAsync(server));
        var extension = deflate ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : "";
        await client._socket.SendAsync(Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{extension}\r\n"));
        int at;
        while ((at = client._buffer.AsSpan(0, client._end).IndexOf("\r\n\r\n"u8)) < 0)
            await client.FillAsync();
        var head = Encoding.ASCII.GetString(client._buffer, 0, at);
        if (!head.StartsWith("HTTP/1.1 101", StringComparison.Ordinal)
            || head.Contains("permessage-deflate", StringComparison.OrdinalIgnoreCase) != deflate)
        {
            throw new InvalidOperationException(head);
        }

        client._begin = at + 4;
        return client;
    }

    /// <summary>A masked frame of so many bytes that look like text.</summary>
    public static byte[] Frame(int size, bool isText, bool deflate)
    {
        var words = Encoding.ASCII.GetBytes("""{"id":17,"name":"a name","tags":["one","two"],"at":12345}""");
        var payload = new byte[size];
        for (var i = 0; i < size; i++)
            payload[i] = words[i % words.Length];
        if (deflate)
            payload = Deflate(payload);
        var header = new byte[14];
        header[0] = (byte)(0x80 | (deflate ? 0x40 : 0) | (isText ? 1 : 2));
        var length = payload.Length switch
        {
            < 126 => 2,
            <= ushort.MaxValue => 4,
            _ => 10,
        };
        header[1] = (byte)(0x80 | (length == 2 ? payload.Length : length == 4 ? 126 : 127));
        if (length == 4)
            BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)payload.Length);
        else if (length == 10)
            BinaryPrimitives.WriteUInt64BigEndian(header.AsSpan(2), (ulong)payload.Length);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(length), MaskKey);
        var mask = header.AsSpan(length, 4);
        for (var i = 0; i < payload.Length; i++)
            payload[i] ^= mask[i & 3];
        return [.. header.AsSpan(0, length + 4), .. payload];
    }

    public async Task SendAsync(ReadOnlyMemory<byte> frame)
    {
        while (!frame.IsEmpty)
            frame = frame[await _socket.SendAsync(frame)..];
    }

    /// <summary>Reads frames up to the end of a message.</summary>
    public async Task SkipMessageAsync()
    {
        while (!await SkipFrameAsync())
        {
        }
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Deflate(byte[] payload)
    {
        var compressed = new MemoryStream();
        using var deflate = new DeflateStream(compressed, CompressionLevel.Fastest);
        deflate.Write(payload);
        deflate.Flush();

        // RFC 7692 7.2.1: without the empty block at the end.
        return compressed.ToArray()[..^4];
    }

    private async Task<bool> SkipFrameAsync()
    {
        await NeedAsync(2);
        var (first, length) = (_buffer[_begin], (long)(_buffer[_begin + 1] & 0x7f));
        _begin += 2;
        if (length >= 126)
        {
            var size = length == 126 ? 2 : 8;
            await NeedAsync(size);
            length = size == 2 ? BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_begin))
                : BinaryPrimitives.ReadInt64BigEndian(_buffer.AsSpan(_begin));
            _begin += size;
        }

        while (length > 0)
        {
            await NeedAsync(1);
            var part = (int)Math.Min(length, _end - _begin);
            _begin += part;
            length -= part;
        }

        if ((first & 8) != 0)
            throw new IOException("The server closed or pinged.");
        return (first & 0x80) != 0;
    }

    private async ValueTask NeedAsync(int count)
    {
        while (_end - _begin < count)
            await FillAsync();
    }

    private async Task FillAsync()
    {
        if (_begin == _end)
            _begin = _end = 0;
        else if (_end == _buffer.Length)
        {
            Buffer.BlockCopy(_buffer, _begin, _buffer, 0, _end - _begin);
            (_begin, _end) = (0, _end - _begin);
        }

        _end += await PlainClient.ReceiveAsync(_socket, _buffer.AsMemory(_end));
    }
}
