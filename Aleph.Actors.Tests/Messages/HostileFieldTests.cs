using System.Diagnostics;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Compression;
using Xunit;

namespace Aleph.Actors.Tests.Messages;

/// <summary>Fields that are made to be slow to read are read in time that grows no faster than they do.</summary>
public sealed class HostileFieldTests
{
    [Fact]
    public void Long_fields_are_read_in_linear_time()
    {
        var formats = HttpBodyFormats.Of(HttpBodyFormat.Json(PeopleJson.Default));
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < 20; round++)
        {
            Assert.NotNull(formats.ForAccept("a/b," + new string(',', 8000) + "*/*"));
            Assert.Null(CodingChoice.Choose(string.Concat(Enumerable.Repeat("x;q=1,", 5000)), [HttpCodec.Gzip]));
            Assert.Null(formats.ForContent("a/b" + string.Concat(Enumerable.Repeat(";a=\"\\\"", 5000))));
            Assert.Empty(Request("Cookie", new string(';', 8000)).ReadCookies());
            Assert.Equal(5000, Request("Cookie", string.Concat(Enumerable.Repeat("a=b;", 5000))).ReadCookies().Count);
            Assert.Throws<HttpMessageException>(
                () => new HttpRequest("GET", "/?" + string.Concat(Enumerable.Repeat("a&", 8000))).ReadQuery());
        }

        // Each takes well under a millisecond; quadratic ones would take seconds.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"{clock.Elapsed}");
    }

    private static HttpRequest Request(string name, string value) =>
        new("GET", "/", HttpHeaders.Of((name, value)));
}
