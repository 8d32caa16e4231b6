using System.Text;
using Aleph.Actors.Dns.Wire;
using Xunit;

namespace Aleph.Actors.Tests.Dns.Wire;

public sealed class WireNameTests
{
    private static readonly string Label63 = new('a', 63);

    [Theory]
    [InlineData("03 77 77 77 00", 0, "www", 5)]
    [InlineData("00", 0, "", 1)]
    [InlineData("01 41 01 5A 00 FF", 0, "a.z", 5)]
    [InlineData("01 61 00 01 62 C0 00", 3, "b.a", 7)]
    [InlineData("01 61 00 C0 00", 3, "a", 5)]
    [InlineData("01 61 00 C0 00 C0 03", 5, "a", 7)]
    [InlineData("02 61 2E 00", 0, "a\\046", 4)]
    [InlineData("02 61 00 00", 0, "a\\000", 4)]
    public void A_name_is_read(string hex, int at, string name, int end)
    {
        Assert.True(WireName.TryRead(Octets(hex), ref at, out var read));
        Assert.Equal((name, end), (read, at));
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("03 77 77", 0)]
    [InlineData("03 77 77 77", 0)]
    [InlineData("C0", 0)]
    [InlineData("C0 00", 0)]
    [InlineData("C0 02 C0 00", 0)]
    [InlineData("C0 02 C0 00", 2)]
    [InlineData("01 61 C0 00", 0)]
    [InlineData("00 C0 03 C0 01", 1)]
    [InlineData("C0 FF", 0)]
    [InlineData("41 61 00", 0)]
    [InlineData("81 61 00", 0)]
    [Trait("rfc", "1035-4.1.4")]
    public void A_name_that_does_not_end_or_is_none_is_refused(string hex, int at)
    {
        Assert.False(WireName.TryRead(Octets(hex), ref at, out _));
        Assert.False(WireName.TrySkip(Octets(hex), ref at));
    }

    [Theory]
    [InlineData(61, true)]
    [InlineData(62, false)]
    [Trait("rfc", "1035-2.3.4")]
    public void A_name_has_255_octets_at_most(int last, bool good)
    {
        var octets = Reply.NameOf(string.Join('.', Label63, Label63, Label63, new string('b', last)));
        var at = 0;

        Assert.Equal(good ? 255 : 256, octets.Length);
        Assert.Equal(good, WireName.TryRead(octets, ref at, out _));
    }

    [Fact]
    public void Pointers_cannot_make_a_name_longer_than_that()
    {
        // Each of the names continues with the one before.
        var octets = new List<byte>(Reply.NameOf(Label63));
        var starts = new List<int> { 0 };
        for (var i = 0; i < 4; i++)
        {
            starts.Add(octets.Count);
            octets.AddRange([63, .. Encoding.ASCII.GetBytes(Label63), 0xC0, 0]);
            octets[^2] |= (byte)(starts[^2] >> 8);
            octets[^1] = (byte)starts[^2];
        }

        var good = starts.Select(x => WireName.TryRead(octets.ToArray(), ref x, out _)).ToArray();

        Assert.Equal([true, true, true, false, false], good);
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var octets = new byte[WireName.MaxOctets];
        var name = string.Join('.', Label63, Label63, Label63, new string('c', 61));
        var at = 0;

        Assert.Equal(255, WireName.Write(name, octets));
        Assert.True(WireName.TryRead(octets, ref at, out var read));
        Assert.Equal(name, read);
    }

    private static byte[] Octets(string hex) =>
        Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
