using System.Text;
using Xunit;

namespace Aleph.Actors.Tests.Bytes;

public sealed class HexDumpTests
{
    private static readonly byte[] Every = [.. Enumerable.Range(0, 256).Select(x => (byte)x)];

    [Fact]
    public void Shows_offset_hexadecimal_and_text()
    {
        var dump = HexDump.Format("GET / HTTP/1.1\r\nHost: a\r\n"u8);

        Assert.Equal(
            "00000000  47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a  |GET / HTTP/1.1..|\n" +
            "00000010  48 6f 73 74 3a 20 61 0d  0a                       |Host: a..|",
            dump);
    }

    [Fact]
    public void Nothing_is_an_empty_dump() => Assert.Equal("", HexDump.Format([]));

    [Fact]
    public void Shows_only_ascii_that_prints()
    {
        var lines = HexDump.Format(Every).Split('\n');
        var text = string.Concat(lines.Select(x => x[61..^1]));

        Assert.Equal(16, lines.Length);
        Assert.Equal(256, text.Length);
        Assert.Equal(string.Concat(Every.Select(x => x is >= 32 and <= 126 ? (char)x : '.')), text);
    }

    [Theory]
    [InlineData(17, 17, 2, null)]
    [InlineData(17, 16, 2, "… 1 more byte")]
    [InlineData(18, 16, 2, "… 2 more bytes")]
    [InlineData(18, 15, 2, "… 3 more bytes")]
    [InlineData(5, 0, 1, "… 5 more bytes")]
    [InlineData(0, 0, 1, "")]
    public void Is_bounded_and_says_how_much_is_missing(int length, int max, int lines, string? last)
    {
        var dump = HexDump.Format(Every.AsSpan(0, length), max).Split('\n');

        Assert.Equal(lines, dump.Length);
        if (last is not null)
            Assert.Equal(last, dump[^1]);
    }

    [Fact]
    public void Shows_1024_bytes_unless_told()
    {
        Assert.Equal(64, HexDump.Format(new byte[1024]).Split('\n').Length);
        Assert.EndsWith("|\n… 1 more byte", HexDump.Format(new byte[1025]), StringComparison.Ordinal);
    }

    [Fact]
    public void Writers_get_what_the_string_has_at_every_length()
    {
        for (var length = 0; length < 70; length++)
        {
            var expected = HexDump.Format(Every.AsSpan(0, length), 40);
            using var writer = new StringWriter();
            var builder = new StringBuilder();
            HexDump.Write(Every.AsSpan(0, length), writer, 40);
            HexDump.Write(Every.AsSpan(0, length), builder, 40);

            Assert.Equal(expected, writer.ToString());
            Assert.Equal(expected, builder.ToString());
        }
    }

    [Fact]
    public void A_negative_limit_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HexDump.Format([1], -1));

    [Fact]
    public void Writing_allocates_nothing()
    {
        HexDump.Write(Every, TextWriter.Null);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            HexDump.Write(Every, TextWriter.Null, 200);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
