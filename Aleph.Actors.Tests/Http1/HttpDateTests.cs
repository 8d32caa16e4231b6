using System.Text;
using Aleph.Actors.Http.Http1;
using Xunit;

namespace Aleph.Actors.Tests.Http1;

public class HttpDateTests
{
    [Theory]
    [Trait("rfc", "9110-5.6.7")]
    [InlineData("1994-11-06T08:49:37Z", "Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("1994-11-06T08:49:37.999Z", "Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("2024-02-29T23:59:59-01:00", "Fri, 01 Mar 2024 00:59:59 GMT")]
    [InlineData("0001-01-01T00:00:00Z", "Mon, 01 Jan 0001 00:00:00 GMT")]
    public void Writes_the_fixed_format(string time, string text)
    {
        var output = new byte[HttpDate.Length];
        Assert.Equal(
            HttpDate.Length,
            HttpDate.Format(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture), output));
        Assert.Equal(text, Encoding.ASCII.GetString(output));
        Assert.Throws<ArgumentException>(() => HttpDate.Format(default, output.AsSpan(1)));
    }

    [Fact]
    public void A_line_is_rendered_once_a_second()
    {
        var line = default(DateLine);
        var time = DateTimeOffset.UnixEpoch;
        var first = line.At(time);
        Assert.Equal("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"u8, first);
        Assert.True(first == line.At(time.AddMilliseconds(999)));
        Assert.Equal("Date: Thu, 01 Jan 1970 00:00:01 GMT\r\n"u8, line.At(time.AddSeconds(1)));
        Assert.Equal("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"u8, first);
        Assert.Equal("Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"u8, line.At(time));
    }
}
