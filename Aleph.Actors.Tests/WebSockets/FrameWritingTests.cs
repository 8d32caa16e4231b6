using Aleph.Actors.Http;
using Aleph.Actors.Http.WebSockets;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>What an end writes: RFC 6455 5.1, 5.5, 7.</summary>
public sealed class FrameWritingTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65535)]
    [InlineData(65536)]
    public void A_servers_frame_is_in_its_shortest_form_and_not_masked(int length)
    {
        var payload = new byte[length];
        Random.Shared.NextBytes(payload);
        var wire = Write(WebSocketRole.Server, (m, o) => m.WritePiece(o, isText: false, payload, true, false));
        Assert.Equal(Frames.Plain(Frames.Fin | Frames.Binary, payload), wire);
    }

    [Fact]
    [Trait("rfc", "6455-5.3")]
    public void A_client_MUST_mask_every_frame_with_a_fresh_key()
    {
        var wire = Write(WebSocketRole.Client, (m, o) =>
        {
            for (var i = 0; i < 40; i++)
                m.WritePiece(o, isText: true, "abcd"u8, true, false);
        });
        var frames = wire.Chunk(10).ToArray();
        Assert.All(frames, frame => Assert.Equal(0x84, frame[1]));
        Assert.Equal(40, frames.Select(frame => BitConverter.ToUInt32(frame, 2)).Distinct().Count());
        Assert.Equal(string.Concat(Enumerable.Repeat("text abcd\n", 40)), FrameScript.Run([wire]));
    }

    [Fact]
    [Trait("rfc", "6455-5.4")]
    public void Pieces_are_frames_of_one_message_and_control_frames_go_between()
    {
        var wire = Write(WebSocketRole.Server, (m, o) =>
        {
            m.WritePiece(o, isText: true, "a"u8, isLast: false, false);
            m.WritePing(o, "p"u8);
            m.WritePiece(o, isText: true, "b"u8, isLast: false, false);
            m.WritePong(o, "q"u8);
            m.WritePiece(o, isText: true, default, isLast: true, false);
        });
        Assert.Equal(Frames.Hex("01 01 61 89 01 70 00 01 62 8a 01 71 80 00"), wire);
    }

    [Fact]
    [Trait("rfc", "6455-5.5.1")]
    public void There_is_one_Close_and_nothing_after_it()
    {
        var wire = Write(WebSocketRole.Server, (m, o) =>
        {
            Assert.True(m.TryWriteClose(o, new WebSocketClose(1001, "bye")));
            Assert.False(m.TryWriteClose(o, new WebSocketClose(1000)));
            Assert.Throws<InvalidOperationException>(() => m.WritePing(o, default));
            Assert.Throws<InvalidOperationException>(() => m.WritePong(o, default));
            Assert.Throws<InvalidOperationException>(() => m.WritePiece(o, true, default, true, false));
        });
        Assert.Equal(Frames.Hex("88 05 03 e9 62 79 65"), wire);
    }

    [Fact]
    public void A_Close_without_a_code_is_empty() => Assert.Equal(
        Frames.Hex("88 00"),
        Write(WebSocketRole.Server, (m, o) => m.TryWriteClose(o, new WebSocketClose(WebSocketClose.NoStatus))));

    internal static byte[] Write(
        WebSocketRole role, Action<WebSocketMachine, OutputBuffer> write, DeflateParameters? deflate = null)
    {
        using var machine = new WebSocketMachine(role, WebSocketLimits.Default, deflate);
        var output = new OutputBuffer();
        write(machine, output);
        var all = new List<byte>();
        while (output.Length > 0)
        {
            var part = output.Peek(int.MaxValue);
            all.AddRange(part.Span);
            output.Consume(part.Length);
        }

        return [.. all];
    }
}
