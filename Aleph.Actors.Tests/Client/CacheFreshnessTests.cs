using Aleph.Actors.Http;
using Aleph.Actors.Http.Client.Cache;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>What a private cache may keep and use, by tables. The answer came at 12:00:00; asked is at some later
/// second.</summary>
public sealed class CacheFreshnessTests
{
    private static readonly DateTimeOffset Noon = new(2024, 5, 6, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [Trait("rfc", "9111-4.2")]
    // The times that a server names.
    [InlineData("Cache-Control: max-age=60", "", 59, "Fresh")]
    [InlineData("Cache-Control: max-age=60", "", 60, "Validate")]
    [InlineData("Cache-Control: max-age=\"60\"", "", 59, "Fresh")]
    [InlineData("Cache-Control: s-maxage=60", "", 1, "Validate")]
    [InlineData("Cache-Control: s-maxage=1, max-age=60", "", 30, "Fresh")]
    [InlineData("Cache-Control: private=\"a, no-cache\", max-age=60", "", 30, "Fresh")]
    [InlineData("Cache-Control: max-age=x", "", 0, "Validate")]
    [InlineData("Cache-Control: max-age=-1", "", 0, "Validate")]
    [InlineData("Cache-Control: max-age=99999999999999999999", "", 1_000_000_000, "Fresh")]
    [InlineData("Expires: Mon, 06 May 2024 12:01:00 GMT", "", 59, "Fresh")]
    [InlineData("Expires: Mon, 06 May 2024 12:01:00 GMT", "", 60, "Validate")]
    [InlineData("Expires: Monday, 06-May-24 12:01:00 GMT", "", 59, "Fresh")]
    [InlineData("Expires: Mon May  6 12:01:00 2024", "", 59, "Fresh")]
    [InlineData("Expires: 0", "", 0, "Validate")]
    [InlineData("Expires: Mon, 06 May 2024 12:01:00 GMT|Cache-Control: max-age=10", "", 11, "Validate")]
    [InlineData("Date: Mon, 06 May 2024 11:59:50 GMT|Expires: Mon, 06 May 2024 12:00:00 GMT", "", 0, "Validate")]
    [InlineData("Date: Mon, 06 May 2024 11:59:30 GMT|Cache-Control: max-age=60", "", 29, "Fresh")]
    [InlineData("Date: Mon, 06 May 2024 11:59:30 GMT|Cache-Control: max-age=60", "", 30, "Validate")]
    [InlineData("Date: Mon, 06 May 2024 12:59:30 GMT|Cache-Control: max-age=60", "", 59, "Fresh")]
    [InlineData("Age: 30|Cache-Control: max-age=60", "", 29, "Fresh")]
    [InlineData("Age: 30|Cache-Control: max-age=60", "", 30, "Validate")]
    [InlineData("Age: x|Cache-Control: max-age=60", "", 59, "Fresh")]
    // The times that are guessed: a tenth of the age, at most a day.
    [InlineData("Last-Modified: Mon, 06 May 2024 11:50:00 GMT", "", 59, "Fresh")]
    [InlineData("Last-Modified: Mon, 06 May 2024 11:50:00 GMT", "", 60, "Validate")]
    [InlineData("Last-Modified: Tue, 06 May 2014 11:50:00 GMT", "", 86_399, "Fresh")]
    [InlineData("Last-Modified: Tue, 06 May 2014 11:50:00 GMT", "", 86_400, "Validate")]
    [InlineData("Last-Modified: Mon, 06 May 2024 13:50:00 GMT", "", 0, "Validate")]
    [InlineData("ETag: \"a\"", "", 0, "Validate")]
    // What the answer demands.
    [InlineData("Cache-Control: no-cache, max-age=60", "", 0, "Validate")]
    [InlineData("Cache-Control: no-cache=\"Set-Cookie\", max-age=60", "", 0, "Validate")]
    [InlineData("Cache-Control: must-revalidate, max-age=60", "", 59, "Fresh")]
    [InlineData("Cache-Control: must-revalidate, max-age=60", "max-stale", 60, "Validate")]
    // What the request demands (RFC 9111 5.2.1).
    [InlineData("Cache-Control: max-age=60", "no-cache", 0, "Validate")]
    [InlineData("Cache-Control: max-age=60", "NO-CACHE", 0, "Validate")]
    [InlineData("Cache-Control: max-age=60", "max-age=10", 10, "Fresh")]
    [InlineData("Cache-Control: max-age=60", "max-age=10", 11, "Validate")]
    [InlineData("Cache-Control: max-age=60", "max-age=0", 1, "Validate")]
    [InlineData("Cache-Control: max-age=60", "min-fresh=10", 50, "Fresh")]
    [InlineData("Cache-Control: max-age=60", "min-fresh=10", 51, "Validate")]
    [InlineData("Cache-Control: max-age=60", "max-stale=10", 70, "Stale")]
    [InlineData("Cache-Control: max-age=60", "max-stale=10", 71, "Validate")]
    [InlineData("Cache-Control: max-age=60", "max-stale", 1_000_000, "Stale")]
    [InlineData("Cache-Control: max-age=60", "max-stale, max-age=65", 66, "Validate")]
    [InlineData("Cache-Control: max-age=60, stale-while-revalidate=30", "", 90, "Refresh")]
    [InlineData("Cache-Control: max-age=60, stale-while-revalidate=30", "", 91, "Validate")]
    public void Uses_what_is_fresh_enough(string answer, string asked, int seconds, string use) =>
        Assert.Equal(use, Freshness.Decide(
            Asked(asked), Entry(answer), HttpCacheSettings.Default, Noon.AddSeconds(seconds)).ToString());

    [Theory]
    [Trait("rfc", "5861-4")]
    [InlineData("max-age=60", "", 60, false)]
    [InlineData("max-age=60, stale-if-error=30", "", 90, true)]
    [InlineData("max-age=60, stale-if-error=30", "", 91, false)]
    [InlineData("max-age=60", "stale-if-error=30", 90, true)]
    [InlineData("max-age=60, stale-if-error=30", "stale-if-error=10", 71, false)]
    [InlineData("max-age=60, must-revalidate, stale-if-error=30", "", 61, false)]
    [InlineData("max-age=60, stale-if-error=30", "no-cache", 61, false)]
    public void Helps_when_the_server_fails(string answer, string asked, int seconds, bool helps) =>
        Assert.Equal(helps, Freshness.HelpsOnError(
            Asked(asked), Entry("Cache-Control: " + answer), HttpCacheSettings.Default, Noon.AddSeconds(seconds)));

    [Fact]
    [Trait("rfc", "9111-4.2.3")]
    public void The_way_counts_as_age()
    {
        var entry = Entry("Age: 5") with { RequestedAt = Noon.AddSeconds(-3) };
        Assert.Equal(TimeSpan.FromSeconds(10), Freshness.Age(entry, Noon.AddSeconds(2)));
        Assert.Equal(TimeSpan.FromSeconds(60), Freshness.Age(
            entry with { Headers = Fields("Date: Mon, 06 May 2024 11:59:02 GMT") }, Noon.AddSeconds(2)));
        Assert.Equal(TimeSpan.Zero, Freshness.Age(Entry("x: y"), Noon.AddSeconds(-2)));
    }

    [Fact]
    public void No_time_is_guessed_where_the_settings_forbid_it()
    {
        var entry = Entry("Last-Modified: Mon, 06 May 2024 11:50:00 GMT");
        var none = HttpCacheSettings.Default with { HeuristicFraction = 0 };
        Assert.Equal(TimeSpan.Zero, Freshness.Lifetime(entry, none));
        Assert.Equal(TimeSpan.Zero, Freshness.Lifetime(
            entry with { Status = new HttpStatus(302) }, HttpCacheSettings.Default));
    }

    [Theory]
    [Trait("rfc", "9111-3")]
    [InlineData("GET", "", 200, "Cache-Control: max-age=60", true)]
    [InlineData("GET", "", 200, "Cache-Control: private, max-age=60", true)]
    [InlineData("GET", "", 200, "ETag: \"a\"", true)]
    [InlineData("GET", "", 200, "Last-Modified: Mon, 06 May 2024 11:50:00 GMT", true)]
    [InlineData("GET", "", 200, "Expires: Mon, 06 May 2024 12:01:00 GMT", true)]
    [InlineData("GET", "", 302, "Cache-Control: max-age=60", true)]
    [InlineData("GET", "", 404, "Cache-Control: max-age=60", true)]
    [InlineData("GET", "", 200, "x: y", false)]
    [InlineData("GET", "", 200, "Cache-Control: max-age=0", false)]
    [InlineData("HEAD", "", 200, "Cache-Control: max-age=60", false)]
    [InlineData("POST", "", 200, "Cache-Control: max-age=60", false)]
    [InlineData("GET", "no-store", 200, "Cache-Control: max-age=60", false)]
    [InlineData("GET", "", 200, "Cache-Control: no-store, max-age=60", false)]
    [InlineData("GET", "", 200, "Cache-Control: must-understand, no-store, max-age=60", true)]
    [InlineData("GET", "", 200, "Cache-Control: max-age=60|Vary: *", false)]
    [InlineData("GET", "", 206, "Cache-Control: max-age=60", false)]
    [InlineData("GET", "", 401, "Cache-Control: max-age=60", false)]
    [InlineData("GET", "", 500, "Cache-Control: max-age=60", false)]
    public void Keeps_what_it_may(string method, string asked, int status, string answer, bool keeps) =>
        Assert.Equal(keeps, Storing.May(
            HttpRequest.To(method, "http://a/"), Asked(asked),
            new HttpResponse(new HttpStatus(status), Fields(answer))));

    [Theory]
    [Trait("rfc", "9111-4.1")]
    [InlineData("Accept", "Accept: a", "Accept: a", true)]
    [InlineData("accept", "Accept: a", "accept: a", true)]
    [InlineData("Accept", "Accept: a", "Accept: b", false)]
    [InlineData("Accept", "Accept: a", "x: y", false)]
    [InlineData("Accept", "x: y", "x: z", true)]
    [InlineData("Accept, X", "Accept: a|X: b", "X: b|Accept: a", true)]
    [InlineData("X", "Cookie: a", "Cookie: b", true)]
    [InlineData("Cookie", "Cookie: a", "Cookie: b", false)]
    [InlineData("X", "Authorization: a", "Authorization: a", true)]
    [InlineData("X", "Authorization: a", "Authorization: b", false)]
    [InlineData("X", "Authorization: a", "x: y", false)]
    [InlineData("X", "x: y", "Authorization: a|x: y", false)]
    public void Gives_an_answer_to_requests_that_it_is_for(string vary, string first, string second, bool fits)
    {
        HttpRequest Of(string fields) => HttpRequest.Get("http://a/").WithHeaders(Fields(fields));
        var variant = Storing.Variant(Of(first), vary);
        var entry = Entry("Vary: " + vary) with { Variant = variant };
        Assert.Equal(fits, Storing.Select(Of(second), [entry]) is not null);
        Assert.DoesNotContain(variant.Split('\n'), x => x is "authorization:a" or "cookie:a");
    }

    [Theory]
    [InlineData("http://A/b?c#d", "http://a/b?c"), InlineData("http://u:p@a:80/", "http://a/")]
    [InlineData("https://a:444", "https://a:444/")]
    public void A_key_is_what_is_asked_for(string url, string key) =>
        Assert.Equal(key, Storing.KeyOf(HttpRequest.Get(url)));

    [Fact]
    public void What_belongs_to_the_connection_is_not_kept() => Assert.Equal(
        ["B", "ETag"],
        Storing.Kept(Fields("Connection: close, a|A: 1|B: 2|Keep-Alive: x|Set-Cookie: s=1|ETag: e|Trailer: t"))
            .Select(x => x.Name));

    private static CacheDirectives Asked(string text) => CacheDirectives.OfRequest(
        text.Length == 0 ? HttpHeaders.Empty : HttpHeaders.Of(("Cache-Control", text)));

    private static HttpHeaders Fields(string text) => HttpHeaders.Of(
        [.. text.Split('|').Select(x => (x[..x.IndexOf(':')], x[(x.IndexOf(':') + 1)..].Trim()))]);

    private static HttpCacheEntry Entry(string fields) => new()
    {
        Key = "k",
        Variant = "",
        Status = HttpStatus.Ok,
        Headers = Fields(fields),
        Body = default,
        RequestedAt = Noon,
        ReceivedAt = Noon,
    };
}
