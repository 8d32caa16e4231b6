using System.Net;
using Aleph.Actors.Dns;
using Xunit;

namespace Aleph.Actors.Tests.Dns;

public sealed class FamilyMergeTests
{
    private static readonly DnsSettings Settings = DnsSettings.Default with
    {
        AddressTypes = DnsAddressTypes.IPv6Preferred,
        MaxAddresses = 4,
        NegativeTtl = TimeSpan.FromSeconds(10),
    };

    [Theory]
    [InlineData(1, 1, "v6 v4")]
    [InlineData(2, 2, "v6 v6 v4 v4")]
    [InlineData(9, 9, "v6 v6 v4 v4")]
    [InlineData(9, 1, "v6 v6 v6 v4")]
    [InlineData(1, 9, "v6 v4 v4 v4")]
    public void Of_too_many_addresses_both_families_keep_some(int v6, int v4, string expected)
    {
        var merged = FamilyMerge.Merge(Found("2001:db8::", v6, 60), Found("10.0.0.", v4, 60), Settings);

        var families = Assert.IsType<DnsResult.Found>(merged).Addresses
            .Select(x => x.ToString().Contains(':') ? "v6" : "v4");
        Assert.Equal(expected, string.Join(' ', families));
    }

    [Fact]
    public void The_shorter_lifetime_of_the_two_counts()
    {
        var merged = FamilyMerge.Merge(Found("2001:db8::", 1, 60), Found("10.0.0.", 1, 30), Settings);

        Assert.Equal(TimeSpan.FromSeconds(30), merged.Ttl);
    }

    [Theory]
    [InlineData(DnsFailure.NoData, 60, 60)]
    [InlineData(DnsFailure.NotFound, 60, 60)]
    [InlineData(DnsFailure.Timeout, 60, 10)]
    [InlineData(DnsFailure.ServerFailure, 60, 10)]
    [InlineData(DnsFailure.Timeout, 5, 5)]
    public void Half_a_result_is_remembered_shortly_when_nobody_could_tell_the_other(
        DnsFailure missing, int told, int expected)
    {
        var merged = FamilyMerge.Merge(Failed(missing, 60), Found("10.0.0.", 1, told), Settings);

        Assert.Equal(TimeSpan.FromSeconds(expected), Assert.IsType<DnsResult.Found>(merged).Ttl);
    }

    [Theory]
    [InlineData(DnsFailure.NotFound, DnsFailure.NotFound, DnsFailure.NotFound)]
    [InlineData(DnsFailure.NotFound, DnsFailure.NoData, DnsFailure.NoData)]
    [InlineData(DnsFailure.NoData, DnsFailure.NotFound, DnsFailure.NoData)]
    [InlineData(DnsFailure.Timeout, DnsFailure.NotFound, DnsFailure.Timeout)]
    [InlineData(DnsFailure.NoData, DnsFailure.Refused, DnsFailure.Refused)]
    public void Of_two_failures_the_one_that_leaves_more_open_counts(DnsFailure v6, DnsFailure v4, DnsFailure expected)
    {
        var merged = FamilyMerge.Merge(Failed(v6, 60), Failed(v4, 20), Settings);

        Assert.Equal(expected, Assert.IsType<DnsResult.Failed>(merged).Kind);
        Assert.Equal(TimeSpan.FromSeconds(20), merged.Ttl);
    }

    private static DnsResult.Found Found(string prefix, int count, int seconds) => new(
        [.. Enumerable.Range(1, count).Select(x => IPAddress.Parse($"{prefix}{x}"))],
        "a.example",
        TimeSpan.FromSeconds(seconds));

    private static DnsResult.Failed Failed(DnsFailure kind, int seconds) =>
        new(kind, $"{kind}", TimeSpan.FromSeconds(seconds));
}
