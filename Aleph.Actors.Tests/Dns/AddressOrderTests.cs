using System.Net;
using Aleph.Actors.Dns;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

public sealed class AddressOrderTests
{
    private const string Given = "10.0.0.1 2001:db8::1 10.0.0.2 2001:db8::2 10.0.0.1";

    [Theory]
    [InlineData(DnsAddressTypes.IPv4Only, "10.0.0.1 10.0.0.2")]
    [InlineData(DnsAddressTypes.IPv6Only, "2001:db8::1 2001:db8::2")]
    [InlineData(DnsAddressTypes.IPv4Preferred, "10.0.0.1 10.0.0.2 2001:db8::1 2001:db8::2")]
    [InlineData(DnsAddressTypes.IPv6Preferred, "2001:db8::1 2001:db8::2 10.0.0.1 10.0.0.2")]
    public void Families_are_chosen_and_ordered(DnsAddressTypes types, string expected) =>
        Assert.Equal(expected, Sorted(types, _ => throw new InvalidOperationException("not asked")));

    [Theory]
    [InlineData(true, true, true)]
    [InlineData(true, false, true)]
    [InlineData(false, true, false)]
    [InlineData(false, false, true)]
    [Trait("rfc", "6724-6")]
    public void Auto_puts_a_family_without_a_route_last(bool v6Reachable, bool v4Reachable, bool v6First)
    {
        if (!AddressOrder.WantsIPv6(DnsAddressTypes.Auto))
            v6First = false;

        var sorted = Sorted(DnsAddressTypes.Auto, x => x.ToString().Contains(':') ? v6Reachable : v4Reachable);

        Assert.Equal(v6First, sorted.StartsWith("2001", StringComparison.Ordinal));
    }

    [Fact]
    public void The_loopback_has_a_route() => Assert.True(AddressOrder.HasRoute(IPAddress.Loopback));

    private static string Sorted(DnsAddressTypes types, Func<IPAddress, bool> isReachable) => string.Join(
        ' ', AddressOrder.Sort(Given.Split(' ').Select(IPAddress.Parse), types, isReachable));
}
