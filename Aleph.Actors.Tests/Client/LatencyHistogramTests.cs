using Aleph.Actors.Http.Client.Pool;
using Xunit;

namespace Aleph.Actors.Tests.Client;

public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(1), InlineData(9), InlineData(1000), InlineData(1_234_567), InlineData(90_000_000_000)]
    public void A_quantile_is_right_within_an_eighth(long micros)
    {
        var histogram = new LatencyHistogram();
        for (var i = 0; i < 100; i++)
            histogram.Add(TimeSpan.FromMicroseconds(i < 99 ? micros : 0));
        Assert.InRange(histogram.Quantile(0.5).TotalMicroseconds, micros * 0.999, micros * 1.126);
        Assert.True(histogram.Quantile(0.001) <= TimeSpan.FromMicroseconds(1));
    }

    [Fact]
    public void Nothing_has_no_quantile() => Assert.Equal(TimeSpan.Zero, new LatencyHistogram().Quantile(0.99));
}
