using System.Net;
using System.Text;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Transports.ProxyProtocol;
using FsCheck.Xunit;
using Xunit;

namespace Aleph.Actors.Tests.Transports;

public sealed class ProxyHeaderCodecTests
{
    private static readonly byte[] Signature = "\r\n\r\n\0\r\nQUIT\n"u8.ToArray();

    [Theory]
    [InlineData("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n", "192.0.2.1:56324", "198.51.100.7:443")]
    [InlineData("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255:65535",
        "255.255.255.255:65535")]
    [InlineData("PROXY TCP4 0.0.0.0 0.0.0.0 0 0\r\n", "0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("PROXY TCP6 2001:db8::1 ::1 4124 443\r\n", "[2001:db8::1]:4124", "[::1]:443")]
    [InlineData("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n", "[::ffff:192.0.2.1]:1", "[::1]:2")]
    [InlineData("PROXY UNKNOWN\r\n", null, null)]
    [InlineData("PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n", null, null)]
    public void Reads_lines_of_version_1_in_every_cut(string line, string? source, string? destination)
    {
        var bytes = Encoding.ASCII.GetBytes(line + "PROXY and payload");

        for (var length = 1; length < line.Length; length++)
            Assert.Equal(ProxyHeaderState.NeedMore, ProxyHeaderCodec.Read(bytes.AsSpan(0, length)).State);
        var result = ProxyHeaderCodec.Read(bytes);

        Assert.Equal(ProxyHeaderState.Complete, result.State);
        Assert.Equal(line.Length, result.Consumed);
        Assert.Equal(1, result.Header!.Version);
        Assert.Equal(source, result.Header.Source?.ToString());
        Assert.Equal(destination, result.Header.Destination?.ToString());
    }

    [Theory]
    [InlineData("PROXY \r\n")]
    [InlineData("PROXY TCP4\r\n")]
    [InlineData("PROXY TCP5 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY tcp4 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n")]
    [InlineData("PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 -1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.4 1.2.3.4 1 2 \r\n")]
    [InlineData("PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 010.0.0.1 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 1.2.3.0004 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 0x1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP4 ::1 ::1 1 2\r\n")]
    [InlineData("PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n")]
    [InlineData("PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n")]
    public void Refuses_lines_that_say_something_else(string line) =>
        Assert.Equal(ProxyHeaderState.Broken, ProxyHeaderCodec.Read(Encoding.ASCII.GetBytes(line)).State);

    [Fact]
    public void Reads_a_line_of_107_bytes_and_none_of_108()
    {
        var longest = "PROXY UNKNOWN " + new string('x', 107 - 16) + "\r\n";
        var longer = "PROXY UNKNOWN " + new string('x', 108 - 16) + "\r\n";

        Assert.Equal(107, ProxyHeaderCodec.Read(Encoding.ASCII.GetBytes(longest)).Consumed);
        Assert.Equal(ProxyHeaderState.Broken, ProxyHeaderCodec.Read(Encoding.ASCII.GetBytes(longer)).State);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("PROXIES\r\n")]
    [InlineData("\r\n\r\nGET")]
    [InlineData("\x16\x03\x01")]
    public void Tells_other_bytes_from_a_header(string text) =>
        Assert.Equal(ProxyHeaderState.Absent, ProxyHeaderCodec.Read(Encoding.Latin1.GetBytes(text)).State);

    [Fact]
    public void Reads_addresses_of_version_2_in_every_cut()
    {
        byte[] v4 = [192, 0, 2, 1, 198, 51, 100, 7, 0xDC, 0x04, 0x01, 0xBB];
        byte[] v6 = [.. IPAddress.Parse("2001:db8::1").GetAddressBytes(), .. IPAddress.IPv6Loopback.GetAddressBytes(),
            0, 1, 0, 2];
        var unix = new byte[216];
        "/run/client"u8.CopyTo(unix);
        "/run/server"u8.CopyTo(unix.AsSpan(108));

        Expect(Binary(0x21, 0x11, v4), "192.0.2.1:56324", "198.51.100.7:443");
        Expect(Binary(0x21, 0x21, v6), "[2001:db8::1]:1", "[::1]:2");
        Expect(Binary(0x21, 0x31, unix), "/run/client", "/run/server");
        Expect(Binary(0x21, 0x00, []), null, null);
        Expect(Binary(0x21, 0x12, v4), null, null);
        Expect(Binary(0x21, 0x41, [1, 2, 3]), null, null);
        Expect(Binary(0x20, 0x11, v4), null, null);
        Expect(Binary(0x20, 0x00, []), null, null);
        Expect(Binary(0x20, 0x11, []), null, null);
    }

    [Fact]
    public void Reads_the_additions_of_version_2()
    {
        byte[] rest = [127, 0, 0, 1, 127, 0, 0, 1, 0, 1, 0, 2, 1, 0, 2, (byte)'h', (byte)'2', 0xEE, 0, 0];

        var header = ProxyHeaderCodec.Read(Binary(0x21, 0x11, rest)).Header!;

        Assert.Equal([1, 0xEE], header.Fields.Select(f => f.Type));
        Assert.Equal("h2"u8.ToArray(), header.Fields[0].Value.ToArray());
        Assert.Empty(header.Fields[1].Value.ToArray());
    }

    [Theory]
    [InlineData(0x11, 0x11, 12)]
    [InlineData(0x22, 0x11, 12)]
    [InlineData(0x21, 0x11, 11)]
    [InlineData(0x21, 0x21, 35)]
    [InlineData(0x21, 0x31, 215)]
    [InlineData(0x21, 0x11, 13)]
    [InlineData(0x21, 0x11, 14)]
    [InlineData(0x21, 0x00, 4081)]
    [InlineData(0x21, 0x00, 65535)]
    public void Refuses_binary_headers_that_do_not_add_up(byte command, byte family, int length) =>
        Assert.Equal(
            ProxyHeaderState.Broken, ProxyHeaderCodec.Read(Binary(command, family, new byte[length])).State);

    [Fact]
    public void Refuses_an_addition_that_is_longer_than_the_header()
    {
        byte[] rest = [127, 0, 0, 1, 127, 0, 0, 1, 0, 1, 0, 2, 1, 0, 3, 1, 2];

        Assert.Equal(ProxyHeaderState.Broken, ProxyHeaderCodec.Read(Binary(0x21, 0x11, rest)).State);
    }

    [Property(MaxTest = 500)]
    public void Answers_any_bytes_after_either_beginning(byte[] random, bool binary, byte command, byte family)
    {
        byte[] start = binary ? [.. Signature, (byte)(0x20 | (command & 1)), family] : "PROXY "u8.ToArray();
        byte[] bytes = [.. start, .. random];

        var result = ProxyHeaderCodec.Read(bytes);

        Assert.InRange(result.Consumed, 0, bytes.Length);
        Assert.Equal(result.State is ProxyHeaderState.Complete, result.Header is not null);
        Assert.Equal(result.State is ProxyHeaderState.Broken, result.Error is not null);
    }

    private static byte[] Binary(byte command, byte family, byte[] rest) =>
        [.. Signature, command, family, (byte)(rest.Length >> 8), (byte)rest.Length, .. rest];

    private static void Expect(byte[] header, string? source, string? destination)
    {
        for (var length = 1; length < header.Length; length++)
            Assert.Equal(ProxyHeaderState.NeedMore, ProxyHeaderCodec.Read(header.AsSpan(0, length)).State);
        var result = ProxyHeaderCodec.Read([.. header, .. "payload"u8]);
        Assert.Equal(ProxyHeaderState.Complete, result.State);
        Assert.Equal(header.Length, result.Consumed);
        Assert.Equal(2, result.Header!.Version);
        Assert.Equal(source, result.Header.Source?.ToString());
        Assert.Equal(destination, result.Header.Destination?.ToString());
    }
}
