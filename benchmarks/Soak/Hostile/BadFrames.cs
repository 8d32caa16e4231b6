using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Soak.Servers;

namespace Soak.Hostile;

/// <summary>
/// Frames that RFC 6455 forbids, and messages beyond any limit: a Close with the right code, then the end.
/// </summary>
internal sealed class BadFrames(SoakServer server) : IAttack
{
    private const string Handshake = "GET /ws HTTP/1.1|Host: a|Upgrade: websocket|Connection: Upgrade|"
        + "Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==|"
        + "Sec-WebSocket-Extensions: permessage-deflate||";

    private static readonly byte[] Bomb = Compress(32 << 20);

    private static readonly (byte[] Frames, int Code)[] All =
    [
        (Convert.FromHexString("810268690000"), 1002),
        (Convert.FromHexString("82FF800000000000000000000000"), 1002),
        (Convert.FromHexString("82FF7FFFFFFFFFFFFFFF00000000"), 1009),
        (Convert.FromHexString("89FE007E00000000"), 1002),
        (Convert.FromHexString("838000000000"), 1002),
        (Convert.FromHexString("A18000000000"), 1002),
        (Convert.FromHexString("808000000000"), 1002),
        (Convert.FromHexString("818400000000CEBAE1ED"), 1007),
        (Convert.FromHexString("88820000000003ED"), 1002),
        (Convert.FromHexString("88810000000003"), 1002),
        (Frame(0xC2, Bomb), 1009),
        ([.. Frame(0x02, []), .. Repeat(Frame(0x00, []), 70_000)], 1009),
        ([.. Frame(0x02, []), .. Repeat(Frame(0x00, new byte[1000]), 1100)], 1009),
    ];

    public string Name => "WebSocket frames that are forbidden, bombs";

    public string Target => server.Name;

    public async Task RunAsync(Random random)
    {
        var (frames, code) = All[random.Next(All.Length)];
        using var peer = await RawPeer.ConnectAsync(server.EndPoint);
        await peer.SendAsync(Handshake);
        var head = new byte[4096];
        var count = await peer.ReadAsync(head);
        if (!Encoding.ASCII.GetString(head, 0, count).StartsWith("HTTP/1.1 101", StringComparison.Ordinal))
            throw new IOException("no WebSocket");
        try
        {
            await peer.SendAsync(frames);
        }
        catch (System.Net.Sockets.SocketException)
        {
            // It has ended it in the midst, as it may.
            return;
        }

        var (bytes, _) = await peer.ReadToEndAsync();
        if (CloseCode(bytes) is { } came && came != code)
        {
            throw new NotEnduredException(
                $"{Convert.ToHexString(frames.AsSpan(0, 6))}… was closed with {came}, not {code}");
        }
    }

    // Null where a reset took it away: more was sent than the server would read.
    private static int? CloseCode(ReadOnlySpan<byte> bytes) => bytes is [0x88, >= 2, var high, var low, ..]
        ? BinaryPrimitives.ReadUInt16BigEndian([high, low])
        : null;

    // Masked with zeros.
    private static byte[] Frame(byte first, ReadOnlySpan<byte> payload)
    {
        var header = payload.Length < 126
            ? new byte[] { first, (byte)(0x80 | payload.Length), 0, 0, 0, 0 }
            : [first, 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0];
        return [.. header, .. payload];
    }

    private static byte[] Repeat(byte[] frame, int times) =>
        [.. Enumerable.Repeat(frame, times).SelectMany(bytes => bytes)];

    private static byte[] Compress(int length)
    {
        var compressed = new MemoryStream();
        using (var deflate = new DeflateStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
            deflate.Write(new byte[length]);
        return compressed.ToArray();
    }
}
