using Aleph.Actors.Dns;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

public sealed class HostNameTests
{
    private static readonly string Label63 = new('a', 63);

    [Theory]
    [InlineData("Example.COM", "example.com")]
    [InlineData("example.com.", "example.com.")]
    [InlineData("_sip._tcp.example", "_sip._tcp.example")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("BÜCHER.example", "xn--bcher-kva.example")]
    [InlineData("例え。テスト", "xn--r8jz45g.xn--zckzah")]
    [InlineData("a.1b", "a.1b")]
    public void A_name_is_lower_case_ascii(string host, string name)
    {
        var parsed = HostName.Parse(host);

        Assert.Null(parsed.Fault);
        Assert.Equal(name, parsed.Name);
    }

    [Theory]
    [InlineData("10.1.2.3", "10.1.2.3")]
    [InlineData("0.0.0.0", "0.0.0.0")]
    [InlineData("::", "::")]
    [InlineData("[::1]", "::1")]
    [InlineData("fe80::1%3", "fe80::1%3")]
    [InlineData("::ffff:10.0.0.1", "::ffff:10.0.0.1")]
    public void An_address_is_one(string host, string address) =>
        Assert.Equal(address, HostName.Parse(host).Address?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData(".a")]
    [InlineData("a b")]
    [InlineData("a\0b")]
    [InlineData("a/b")]
    [InlineData("a@b")]
    [InlineData("a:80")]
    [InlineData("1")]
    [InlineData("127.1")]
    [InlineData("010.0.0.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("256.1.1.1")]
    [InlineData("1.2.3.4.")]
    [InlineData("[10.0.0.1]")]
    [InlineData("[::1]:80")]
    [InlineData("[[::1]]")]
    [InlineData("::1/64")]
    [InlineData("\ufffd.example")]
    public void What_is_neither_is_refused_with_a_reason(string host)
    {
        var parsed = HostName.Parse(host);

        Assert.Null(parsed.Address);
        Assert.NotNull(parsed.Fault);
    }

    [Fact]
    [Trait("rfc", "1035-2.3.4")]
    public void A_label_has_63_characters_at_most()
    {
        Assert.Null(HostName.Parse(Label63 + ".example").Fault);
        Assert.NotNull(HostName.Parse(Label63 + "a.example").Fault);
    }

    [Fact]
    [Trait("rfc", "1035-2.3.4")]
    public void A_name_has_253_characters_at_most()
    {
        var name = string.Join('.', Label63, Label63, Label63, new string('a', 61));

        Assert.Equal(253, name.Length);
        Assert.Null(HostName.Parse(name).Fault);
        Assert.Null(HostName.Parse(name + ".").Fault);
        Assert.NotNull(HostName.Parse(name + "a").Fault);
    }
}
