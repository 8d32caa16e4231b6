using System.Text;
using Aleph.Actors.Http.WebSockets;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>RFC 6455 section 5: frames, and messages made of them.</summary>
public sealed class FrameReadingTests
{
    private static readonly WebSocketLimits Large = new() { MaxMessageSize = 1 << 22 };

    [Theory]
    [Trait("rfc", "6455-5.7")]
    [InlineData("81 85 37 fa 21 3d 7f 9f 4d 51 58", "text Hello\n")]
    [InlineData("89 85 37 fa 21 3d 7f 9f 4d 51 58", "Ping 48656C6C6F\n")]
    [InlineData("8a 85 37 fa 21 3d 7f 9f 4d 51 58", "Pong 48656C6C6F\n")]
    [InlineData("82 80 00 00 00 00", "binary \n")]
    public void Reads_the_examples_of_the_RFC(string hex, string transcript) =>
        Assert.Equal(transcript, FrameScript.Read(Frames.Hex(hex)));

    [Theory]
    [Trait("rfc", "6455-5.7")]
    [InlineData("81 05 48 65 6c 6c 6f", "text Hello\n")]
    [InlineData("01 03 48 65 6c 80 02 6c 6f", "text Hello\n")]
    [InlineData("89 05 48 65 6c 6c 6f", "Ping 48656C6C6F\n")]
    public void Reads_a_servers_frames_of_the_RFC(string hex, string transcript) =>
        Assert.Equal(transcript, FrameScript.Read(Frames.Hex(hex), role: WebSocketRole.Client));

    [Theory]
    [Trait("rfc", "6455-5.2")]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(65535)]
    [InlineData(65536)]
    [InlineData(1_000_000)]
    public void Reads_payloads_at_both_sides_of_each_form_of_length(int length)
    {
        var payload = new byte[length];
        new Random(length).NextBytes(payload);
        var expected = $"binary {Convert.ToHexString(payload)}\n";
        Assert.Equal(expected, FrameScript.Read(Frames.Masked(Frames.Fin | Frames.Binary, payload), Large));
        Assert.Equal(
            expected,
            FrameScript.Read(Frames.Plain(Frames.Fin | Frames.Binary, payload), Large, WebSocketRole.Client));
    }

    [Theory]
    [Trait("rfc", "6455-5.2")]
    [InlineData("82 fe 00 7d 01 02 03 04")]
    [InlineData("82 fe 00 00 01 02 03 04")]
    [InlineData("82 ff 00 00 00 00 00 00 ff ff 01 02 03 04")]
    [InlineData("82 ff 00 00 00 00 00 00 00 01 01 02 03 04")]
    public void A_length_MUST_be_in_its_shortest_form(string hex) =>
        Assert.Equal("length_not_minimal", FrameScript.Rejects(Frames.Hex(hex), 1002).Code);

    [Theory]
    [Trait("rfc", "6455-5.2")]
    [InlineData("82 ff 80 00 00 00 00 00 00 00 01 02 03 04")]
    [InlineData("82 ff ff ff ff ff ff ff ff ff 01 02 03 04")]
    public void The_highest_bit_of_a_length_MUST_be_0(string hex) =>
        Assert.Equal("length_negative", FrameScript.Rejects(Frames.Hex(hex), 1002).Code);

    [Fact]
    public void The_greatest_length_is_refused_by_its_header()
    {
        var fault = FrameScript.Rejects(Frames.Hex("82 ff 7f ff ff ff ff ff ff ff 01 02 03 04"), 1009);
        Assert.Equal("message_too_large", fault.Code);
    }

    [Theory]
    [Trait("rfc", "6455-5.1")]
    [InlineData("81 02")]
    [InlineData("89 00")]
    [InlineData("88 02")]
    public void A_server_MUST_close_upon_a_frame_that_is_not_masked(string hex) =>
        Assert.Equal("frame_not_masked", FrameScript.Rejects(Frames.Hex(hex), 1002).Code);

    [Theory]
    [Trait("rfc", "6455-5.1")]
    [InlineData("81 82")]
    [InlineData("89 80")]
    public void A_client_MUST_close_upon_a_masked_frame(string hex) =>
        Assert.Equal("frame_masked", FrameScript.Rejects(Frames.Hex(hex), 1002, role: WebSocketRole.Client).Code);

    [Theory]
    [Trait("rfc", "6455-5.2")]
    [InlineData(0xC1)]
    [InlineData(0xA1)]
    [InlineData(0x91)]
    [InlineData(0xC9)]
    [InlineData(0xF8)]
    public void Reserved_bits_MUST_be_0_unless_negotiated(byte first) =>
        Assert.Equal("reserved_bits", FrameScript.Rejects([first], 1002).Code);

    [Theory]
    [Trait("rfc", "6455-5.2")]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(11)]
    [InlineData(15)]
    public void An_unknown_opcode_MUST_fail_the_connection(byte opcode) =>
        Assert.Equal("unknown_opcode", FrameScript.Rejects([(byte)(Frames.Fin | opcode)], 1002).Code);

    [Theory]
    [Trait("rfc", "6455-5.5")]
    [InlineData(Frames.Close)]
    [InlineData(Frames.Ping)]
    [InlineData(Frames.Pong)]
    public void Control_frames_MUST_NOT_be_fragmented(byte opcode) =>
        Assert.Equal("fragmented_control_frame", FrameScript.Rejects([opcode], 1002).Code);

    [Theory]
    [Trait("rfc", "6455-5.5")]
    [InlineData("89 fe")]
    [InlineData("8a ff")]
    [InlineData("88 fe")]
    public void Control_frames_MUST_have_at_most_125_octets(string hex) =>
        Assert.Equal("control_frame_too_long", FrameScript.Rejects(Frames.Hex(hex), 1002).Code);

    [Fact]
    public void A_ping_may_have_125_octets()
    {
        var payload = Enumerable.Range(0, 125).Select(x => (byte)x).ToArray();
        Assert.Equal(
            $"Ping {Convert.ToHexString(payload)}\n",
            FrameScript.Read(Frames.Masked(Frames.Fin | Frames.Ping, payload)));
    }

    [Fact]
    [Trait("rfc", "6455-5.4")]
    public void Control_frames_MAY_come_between_fragments()
    {
        byte[] octets =
        [
            .. Frames.Masked(Frames.Text, "He"u8), .. Frames.Masked(Frames.Fin | Frames.Ping, "p"u8),
            .. Frames.Masked(0, "l"u8), .. Frames.Masked(0), .. Frames.Masked(Frames.Fin | Frames.Pong),
            .. Frames.Masked(Frames.Fin, "lo"u8),
        ];
        Assert.Equal("Ping 70\nPong \ntext Hello\n", FrameScript.Read(octets));
    }

    [Fact]
    [Trait("rfc", "6455-5.4")]
    public void A_continuation_MUST_continue_something() =>
        Assert.Equal("stray_continuation", FrameScript.Rejects([0x80], 1002).Code);

    [Fact]
    [Trait("rfc", "6455-5.4")]
    public void Messages_MUST_NOT_be_interleaved()
    {
        byte[] octets = [.. Frames.Masked(Frames.Text, "He"u8), 0x81];
        Assert.Equal("message_interrupted", FrameScript.Rejects(octets, 1002).Code);
        octets[^1] = 2;
        Assert.Equal("message_interrupted", FrameScript.Rejects(octets, 1002).Code);
    }

    [Fact]
    public void A_second_continuation_needs_a_message_of_its_own()
    {
        byte[] octets =
            [.. Frames.Masked(Frames.Text, "a"u8), .. Frames.Masked(Frames.Fin, "b"u8), .. Frames.Masked(Frames.Fin)];
        Assert.Equal("stray_continuation", FrameScript.Rejects(octets[..^5], 1002).Code);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void A_message_has_a_limit_over_all_its_frames(int size, bool isAllowed)
    {
        var limits = new WebSocketLimits { MaxMessageSize = 10 };
        byte[] octets = [.. Frames.Masked(Frames.Text, new byte[4]), .. Frames.Masked(Frames.Fin, new byte[size - 4])];
        if (isAllowed)
            Assert.StartsWith("text", FrameScript.Read(octets, limits));
        else
            Assert.Equal("message_too_large", FrameScript.Rejects(octets, 1009, limits).Code);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public void A_frame_has_a_limit(int size, bool isAllowed)
    {
        var limits = new WebSocketLimits { MaxFrameSize = 5 };
        var octets = Frames.Masked(Frames.Fin | Frames.Binary, new byte[size]);
        if (isAllowed)
            Assert.StartsWith("binary", FrameScript.Read(octets, limits));
        else
            Assert.Equal("frame_too_large", FrameScript.Rejects(octets, 1009, limits).Code);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void A_message_has_a_limit_of_frames(int frames, bool isAllowed)
    {
        var limits = new WebSocketLimits { MaxFragments = 3 };
        var middle = Enumerable.Repeat(Frames.Masked(0), frames - 2).SelectMany(x => x);
        byte[] octets = [.. Frames.Masked(Frames.Text), .. middle, .. Frames.Masked(Frames.Fin)];
        if (isAllowed)
            Assert.Equal("text \n", FrameScript.Read(octets, limits));
        else
            Assert.Equal("too_many_fragments", FrameScript.Rejects(octets, 1009, limits).Code);
    }

    [Fact]
    public void What_follows_a_Close_is_ignored()
    {
        byte[] octets =
        [
            .. Frames.Masked(Frames.Fin | Frames.Close, Frames.ClosePayload(1000, "bye")),
            .. Frames.Masked(Frames.Fin | Frames.Text, "late"u8), 0xFF, 0xFF,
        ];
        Assert.Equal("Close 1000 bye\n", FrameScript.Read(octets));
    }

    [Fact]
    [Trait("rfc", "6455-5.5.1")]
    public void A_Close_may_be_empty() =>
        Assert.Equal("Close 1005 \n", FrameScript.Read(Frames.Masked(Frames.Fin | Frames.Close)));

    [Fact]
    [Trait("rfc", "6455-5.5.1")]
    public void A_Close_with_a_body_MUST_begin_with_two_octets() => Assert.Equal(
        "close_too_short", FrameScript.Rejects(Frames.Masked(Frames.Fin | Frames.Close, [3]), 1002).Code);

    [Fact]
    [Trait("rfc", "6455-5.5.1")]
    public void The_reason_of_a_Close_MUST_be_UTF_8()
    {
        byte[] payload = [.. Frames.ClosePayload(1000), 0xCE, 0xBA, 0xE1, 0xED];
        var fault = FrameScript.Rejects(Frames.Masked(Frames.Fin | Frames.Close, payload), 1007);
        Assert.Equal("invalid_close_reason", fault.Code);
    }

    [Theory]
    [Trait("rfc", "6455-7.4.1")]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(1004)]
    [InlineData(1005)]
    [InlineData(1006)]
    [InlineData(1015)]
    [InlineData(1016)]
    [InlineData(2999)]
    [InlineData(5000)]
    [InlineData(65535)]
    public void Codes_that_MUST_NOT_be_sent_are_refused(int code) => Assert.Equal(
        "invalid_close_code",
        FrameScript.Rejects(Frames.Masked(Frames.Fin | Frames.Close, Frames.ClosePayload(code)), 1002).Code);

    [Theory]
    [Trait("rfc", "6455-7.4.2")]
    [InlineData(1000)]
    [InlineData(1003)]
    [InlineData(1007)]
    [InlineData(1014)]
    [InlineData(3000)]
    [InlineData(4999)]
    public void Codes_that_may_be_sent_are_read(int code) => Assert.Equal(
        $"Close {code} \n",
        FrameScript.Read(Frames.Masked(Frames.Fin | Frames.Close, Frames.ClosePayload(code))));

    [Theory]
    [Trait("rfc", "6455-8.1")]
    [InlineData("CEBAE1BDB9CF83CEBCCEB5EDA080656469746564")]
    [InlineData("CEBAE1ED")]
    [InlineData("C0AF")]
    [InlineData("F4908080")]
    [InlineData("FF")]
    [InlineData("80")]
    [InlineData("E28282C328")]
    public void Text_that_is_not_UTF_8_MUST_fail_the_connection(string hex) => Assert.Equal(
        "invalid_text", FrameScript.Rejects(Frames.Masked(Frames.Fin | Frames.Text, Frames.Hex(hex)), 1007).Code);

    [Theory]
    [InlineData("F490", 2)]
    [InlineData("EDA0", 2)]
    [InlineData("CE41", 2)]
    [InlineData("41C0", 2)]
    [InlineData("E282FF", 3)]
    public void Wrong_text_fails_at_its_first_wrong_octet(string hex, int length)
    {
        // The frame announces more; no other octet is needed to see the fault.
        byte[] announced = [.. Frames.Hex(hex), .. new byte[40]];
        var frame = Frames.Masked(Frames.Text, announced);
        Assert.Contains("error 1007", FrameScript.Run([frame[..(6 + length)]]));
        Assert.Equal("", FrameScript.Run([frame[..(6 + length - 1)]]));
    }

    [Fact]
    public void Text_that_ends_within_a_character_fails_at_its_end()
    {
        var open = Frames.Masked(Frames.Text, [0xE2, 0x82]);
        Assert.Equal("", FrameScript.Read(open));
        byte[] whole = [.. open, .. Frames.Masked(Frames.Fin, [0xAC])];
        Assert.Equal("text €\n", FrameScript.Read(whole));
        byte[] cut = [.. open, .. Frames.Masked(Frames.Fin)];
        Assert.Equal("invalid_text", FrameScript.Rejects(cut, 1007).Code);
    }

    [Fact]
    public void Every_scalar_value_is_text()
    {
        var text = new StringBuilder();
        for (var scalar = 0; scalar <= 0x10FFFF; scalar += 97)
        {
            if (Rune.IsValid(scalar))
                text.Append(new Rune(scalar));
        }

        var octets = Frames.Masked(Frames.Fin | Frames.Text, Encoding.UTF8.GetBytes(text.ToString()));
        Assert.Equal($"text {text}\n", FrameScript.Read(octets, Large));
        var pieces = octets.Chunk(3).ToArray();
        Assert.Equal($"text {text}\n", FrameScript.Run(pieces.Length > 5000 ? octets.Chunk(701) : pieces, Large));
    }
}
