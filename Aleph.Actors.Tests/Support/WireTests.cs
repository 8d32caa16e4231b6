using Xunit;

namespace Aleph.Actors.Tests.Support;

public sealed class WireTests
{
    [Fact]
    public void Line_breaks_become_CRLF_and_nothing_is_added()
    {
        var bytes = Wire.Text("""
            GET / HTTP/1.1
            Host: a


            """);

        Assert.Equal("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), bytes);
    }

    [Fact]
    public void Escapes_name_single_bytes() =>
        Assert.Equal([(byte)'a', 13, 10, 9, 0, 0xFF, (byte)'\\'], Wire.Text("""a\r\n\t\0\xFF\\"""));

    [Theory]
    [InlineData("""\q""")]
    [InlineData("""\x1""")]
    [InlineData("""ends with \""")]
    [InlineData("€")]
    public void Refuses_what_has_no_single_byte(string literal) =>
        Assert.Throws<FormatException>(() => Wire.Text(literal));

    [Fact]
    public void Shown_bytes_read_back_as_the_same_bytes()
    {
        var all = Enumerable.Range(0, 256).Select(x => (byte)x).ToArray();
        Assert.Equal(all, Wire.Text(Wire.Show(all)));
    }

    [Fact]
    public void Every_cut_holds_all_bytes_in_order()
    {
        var bytes = "abcd"u8.ToArray();
        var cuts = Wire.Cuts(bytes).ToArray();
        Assert.Equal(5, cuts.Length);
        Assert.All(cuts, x => Assert.Equal(bytes, x.SelectMany(y => y)));
    }
}
