using System.Text;
using Aleph.Actors.Http.WebSockets;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>RFC 7692 section 7.2: compressed messages.</summary>
public sealed class DeflateTests
{
    private static readonly DeflateParameters Default = new();
    private static readonly DeflateParameters NoTakeover = new() { ServerNoTakeover = true, ClientNoTakeover = true };

    [Theory]
    [Trait("rfc", "7692-7.2.3")]
    [InlineData("f2 48 cd c9 c9 07 00", "Hello")]
    [InlineData("00 05 00 fa ff 48 65 6c 6c 6f 00", "Hello")]
    [InlineData("f3 48 cd c9 c9 07 00 00", "Hello")]
    [InlineData("f2 48 05 00 00 00 ff ff ca c9 c9 07 00", "Hello")]
    [InlineData("00", "")]
    [InlineData("02 00", "")]
    public void Reads_the_examples_of_the_RFC(string hex, string text)
    {
        var frame = Frames.Masked(Frames.Fin | Frames.Rsv1 | Frames.Text, Frames.Hex(hex));
        byte[] twice = [.. frame, .. frame];
        Assert.Equal($"text {text}\n", FrameScript.Read(frame, deflate: Default));
        Assert.Equal($"text {text}\ntext {text}\n", FrameScript.Read(twice, deflate: NoTakeover));
    }

    [Fact]
    [Trait("rfc", "7692-7.2.3.2")]
    public void A_context_is_taken_over_from_message_to_message()
    {
        byte[] octets =
        [
            .. Frames.Masked(Frames.Fin | Frames.Rsv1 | Frames.Text, Frames.Hex("f2 48 cd c9 c9 07 00")),
            .. Frames.Masked(Frames.Fin | Frames.Text, "plain"u8),
            .. Frames.Masked(Frames.Fin | Frames.Rsv1 | Frames.Text, Frames.Hex("f2 00 11 00 00")),
        ];
        Assert.Equal("text Hello\ntext plain\ntext Hello\n", FrameScript.Read(octets, deflate: Default));
        Assert.Equal("invalid_compression", FrameScript.Rejects(octets, 1007, deflate: NoTakeover).Code);
    }

    [Fact]
    [Trait("rfc", "7692-6.1")]
    public void A_fragmented_message_has_RSV1_on_its_first_frame_only()
    {
        byte[] first = Frames.Masked(Frames.Rsv1 | Frames.Text, Frames.Hex("f2 48 cd"));
        byte[] good =
        [
            .. first, .. Frames.Masked(Frames.Fin | Frames.Ping),
            .. Frames.Masked(Frames.Fin, Frames.Hex("c9 c9 07 00")),
        ];
        Assert.Equal("Ping \ntext Hello\n", FrameScript.Read(good, deflate: Default));
        byte[] bad = [.. first, Frames.Fin | Frames.Rsv1];
        Assert.Equal("compressed_continuation", FrameScript.Rejects(bad, 1002, deflate: Default).Code);
    }

    [Theory]
    [Trait("rfc", "7692-6.1")]
    [InlineData(Frames.Fin | Frames.Rsv1 | Frames.Ping)]
    [InlineData(Frames.Fin | Frames.Rsv1 | Frames.Close)]
    public void Control_frames_MUST_NOT_be_compressed(byte first) =>
        Assert.Equal("compressed_continuation", FrameScript.Rejects([first], 1002, deflate: Default).Code);

    [Theory]
    [InlineData("ff ff ff ff")]
    [InlineData("f2 48 cd c9 c9 07 00 00 00 01 02")]
    [InlineData("06 00")]
    [InlineData("f3 48 cd c9 c9 07 00 00 00 ff ff f2 48 cd c9 c9 07 00")]
    public void What_cannot_be_decompressed_fails_the_connection(string hex)
    {
        var frame = Frames.Masked(Frames.Fin | Frames.Rsv1 | Frames.Binary, Frames.Hex(hex));
        Assert.Equal("invalid_compression", FrameScript.Rejects(frame, 1007, deflate: Default).Code);
    }

    [Fact]
    public void Compressed_text_is_checked_as_text()
    {
        var payload = Compressed([0x41, 0xC0, 0xAF]);
        var frame = Frames.Masked(Frames.Fin | Frames.Rsv1 | Frames.Text, payload);
        Assert.Equal("invalid_text", FrameScript.Rejects(frame, 1007, deflate: Default).Code);
        var cut = Frames.Masked(Frames.Fin | Frames.Rsv1 | Frames.Text, Compressed([0xE2, 0x82]));
        Assert.Equal("invalid_text", FrameScript.Rejects(cut, 1007, deflate: Default).Code);
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void The_limit_of_a_message_holds_after_decompression(int size, bool isAllowed)
    {
        var limits = new WebSocketLimits { MaxMessageSize = 1000 };
        var frame = Frames.Masked(Frames.Fin | Frames.Rsv1 | Frames.Binary, Compressed(new byte[size]));
        if (isAllowed)
            Assert.StartsWith("binary 00", FrameScript.Read(frame, limits, deflate: Default));
        else
            Assert.Equal("message_too_large", FrameScript.Rejects(frame, 1009, limits, deflate: Default).Code);
    }

    [Fact]
    public void A_bomb_is_stopped_at_the_limit()
    {
        var bomb = Compressed(new byte[200_000_000]);
        var frame = Frames.Masked(Frames.Fin | Frames.Rsv1 | Frames.Binary, bomb);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var transcript = FrameScript.Run([frame], deflate: Default);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal("error 1009: message_too_large\n", transcript);
        Assert.True(allocated < 16 * 1024 * 1024, $"{allocated} bytes were allocated");
    }

    [Fact]
    public void Blocks_of_nothing_do_not_go_on_for_ever()
    {
        var limits = new WebSocketLimits { MaxMessageSize = 1000 };
        var nothing = Enumerable.Repeat(Frames.Hex("00 00 00 ff ff"), 500).SelectMany(x => x).ToArray();
        var frame = Frames.Masked(Frames.Fin | Frames.Rsv1 | Frames.Binary, nothing);
        Assert.Equal("message_too_large", FrameScript.Rejects(frame, 1009, limits, deflate: Default).Code);
    }

    [Theory]
    [Trait("rfc", "7692-7.2.1")]
    [InlineData(8, 1)]
    [InlineData(9, 9)]
    [InlineData(14, 6)]
    [InlineData(15, 1)]
    [InlineData(15, 6)]
    public void No_distance_reaches_beyond_the_window(int bits, int level)
    {
        using var deflater = new MessageDeflater(takesOver: true, bits, level);
        using var inflater = new DistanceMeter();
        var random = new Random(bits);
        var block = new byte[20_000];
        random.NextBytes(block);
        byte[][] messages =
        [
            block, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("hello, world ", 999))), new byte[9000],
            block, "abababababababab"u8.ToArray(), [7],
        ];
        var output = new PooledBuffer();
        foreach (var message in messages)
        {
            output.Clear();
            deflater.Compress(message, isLast: true, output);
            Assert.Equal(message, inflater.Inflate([.. output.Span, 0, 0, 0xFF, 0xFF]));
        }

        Assert.True(inflater.Farthest <= 1 << bits, $"a distance of {inflater.Farthest} in a window of {1 << bits}");
        output.Release();
    }

    [Fact]
    [Trait("rfc", "7692-7.1.1.1")]
    public void Without_takeover_every_message_stands_alone()
    {
        var wire = Repeat(NoTakeover);
        var frames = new[] { wire[..(wire.Length / 2)], wire[(wire.Length / 2)..] };
        Assert.Equal(frames[0], frames[1]);
        Assert.True(Repeat(Default).Length < wire.Length);

        static byte[] Repeat(DeflateParameters parameters) => FrameWritingTests.Write(
            WebSocketRole.Server,
            (m, o) =>
            {
                for (var i = 0; i < 2; i++)
                    m.WritePiece(o, isText: true, "the quick brown fox"u8, true, compress: true);
            },
            parameters);
    }

    [Fact]
    public void A_context_may_be_dropped_between_messages()
    {
        var wire = FrameWritingTests.Write(
            WebSocketRole.Server,
            (m, o) =>
            {
                m.WritePiece(o, true, "hello hello"u8, true, compress: true);
                Assert.True(m.HoldsContext);
                m.ReleaseContext();
                Assert.False(m.HoldsContext);
                m.WritePiece(o, true, "hello hello"u8, true, compress: true);
                m.WritePiece(o, true, "hello hello"u8, true, compress: false);
            },
            Default);
        Assert.Equal(
            "text hello hello\ntext hello hello\ntext hello hello\n",
            FrameScript.Run([wire], null, WebSocketRole.Client, Default));
    }

    internal static byte[] Compressed(byte[] message)
    {
        using var deflater = new MessageDeflater(takesOver: false, 15, 6);
        var output = new PooledBuffer();
        deflater.Compress(message, isLast: true, output);
        var all = output.Span.ToArray();
        output.Release();
        return all;
    }
}
