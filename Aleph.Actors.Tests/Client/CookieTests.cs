using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>What the cookie store keeps and gives (RFC 6265).</summary>
public sealed class CookieTests : ClientHarness
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [Trait("rfc", "6265-5.3")]
    [InlineData("http://a.test/", "x=1", "http://a.test/y", "x=1")]
    [InlineData("http://a.test/", "x=1", "http://b.a.test/", null)]
    [InlineData("http://b.a.test/", "x=1; Domain=a.test", "http://a.test/", "x=1")]
    [InlineData("http://b.a.test/", "x=1; Domain=.a.test", "http://c.a.test/", "x=1")]
    [InlineData("http://b.a.test/", "x=1; Domain=a.test", "http://ba.test/", null)]
    [InlineData("http://a.test/", "x=1; Domain=test", "http://a.test/", null)]
    [InlineData("http://a.test/", "x=1; Domain=b.test", "http://b.test/", null)]
    [InlineData("http://a.test/", "x=1; Domain=b.a.test", "http://b.a.test/", null)]
    [InlineData("http://1.2.3.4/", "x=1; Domain=2.3.4", "http://1.2.3.4/", null)]
    [InlineData("http://a.test/p/q", "x=1", "http://a.test/p/r", "x=1")]
    [InlineData("http://a.test/p/q", "x=1", "http://a.test/pq", null)]
    [InlineData("http://a.test/", "x=1; Path=/p", "http://a.test/p/q", "x=1")]
    [InlineData("http://a.test/", "x=1; Path=/p", "http://a.test/pq", null)]
    [InlineData("https://a.test/", "x=1; Secure", "http://a.test/", null)]
    [InlineData("https://a.test/", "x=1; Secure", "https://a.test/", "x=1")]
    [InlineData("http://a.test/", "x=1; Secure", "https://a.test/", null)]
    [InlineData("https://a.test/", "__Host-x=1; Secure; Path=/", "https://a.test/", "__Host-x=1")]
    [InlineData("https://a.test/", "__Host-x=1; Secure; Path=/; Domain=a.test", "https://a.test/", null)]
    [InlineData("https://a.test/", "__Host-x=1; Secure; Path=/p", "https://a.test/p", null)]
    [InlineData("https://a.test/", "__Secure-x=1", "https://a.test/", null)]
    [InlineData("http://a.test/", "x=1; Max-Age=0", "http://a.test/", null)]
    [InlineData("http://a.test/", "x=1; Expires=Wed, 01 Jan 2025 00:00:10 GMT", "http://a.test/", "x=1")]
    [InlineData("http://a.test/", "x=1; Expires=Tue, 31-Dec-24 23:59:59 GMT", "http://a.test/", null)]
    [InlineData("http://a.test/", "x=1; Expires=Tue, 31 Dec 2024 23:59:59 GMT; Max-Age=5", "http://a.test/", "x=1")]
    [InlineData("http://a.test/", "", "http://a.test/", null)]
    [InlineData("http://a.test/", "x=\u0001", "http://a.test/", null)]
    [InlineData("http://a.test/", "x=\"a b\"; HttpOnly", "http://a.test/", "x=\"a b\"")]
    public void Keeps_and_gives(string from, string field, string to, string? sent)
    {
        var store = new CookieStore(time: _clock);
        store.Set(new Uri(from), field);
        Assert.Equal(sent, store.Get(new Uri(to)));
    }

    [Fact]
    public void Gives_longer_paths_first_and_ends_with_its_time()
    {
        var store = new CookieStore(time: _clock);
        var url = new Uri("http://a.test/p/q");
        store.Set(url, "a=1; Path=/; Max-Age=10");
        store.Set(url, "a=2; Path=/p; Max-Age=11");
        store.Set(url, "b=3; Path=/; Max-Age=12");
        Assert.Equal("a=2; a=1; b=3", store.Get(url));
        store.Set(url, "b=4; Path=/; Max-Age=12");
        Assert.Equal("a=2; a=1; b=4", store.Get(url));
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("a=2; b=4", store.Get(url));
        var copy = new CookieStore(time: _clock);
        foreach (var cookie in store.All)
            copy.Add(cookie);
        Assert.Equal("a=2; b=4", copy.Get(url));
    }

    [Fact]
    public void A_flood_stays_within_its_limits()
    {
        var store = new CookieStore(100, 10, _clock);
        for (var i = 0; i < 10_000; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            store.Set(new Uri($"http://h{i % 50}.test/"), $"c{i}=x");
        }

        Assert.Equal(100, store.All.Count);
        Assert.Equal(10_000, store.All.Max(x =>
            int.Parse(x.Name[1..], System.Globalization.CultureInfo.InvariantCulture)) + 1);
        for (var i = 0; i < 50; i++)
            store.Set(new Uri("http://one.test/"), $"c{i}=x");
        Assert.Equal(10, store.All.Count(x => x.Domain == "one.test"));
        store.Set(new Uri("http://big.test/"), $"x={new string('y', 100_000)}");
        Assert.Null(store.Get(new Uri("http://big.test/")));
    }

    [Fact]
    public void Nobody_without_TLS_replaces_what_came_by_TLS()
    {
        var store = new CookieStore(time: _clock);
        store.Set(new Uri("https://a.test/"), "x=1; Secure");
        store.Set(new Uri("http://a.test/"), "x=2");
        Assert.Equal("x=1", store.Get(new Uri("https://a.test/")));
    }

    [Fact]
    public async Task A_client_sends_what_it_was_given()
    {
        await using var server = await ServeAsync(request => HttpResponse.Text(request.Headers["Cookie"] ?? "none")
            .WithHeaders(HttpHeaders.Of(("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; Path=/x"))));
        var client = Sys.Http().CreateClient(
            HttpClientSettings.Default with { Options = new RequestOptions { Cookies = new CookieStore() } });
        async Task<string> GetAsync(string path) => await (await client.GetAsync(UrlOf(server, path))).ReadTextAsync();
        Assert.Equal("none", await GetAsync("/").Within("an answer"));
        Assert.Equal("a=1", await GetAsync("/").Within("an answer"));
        Assert.Equal("b=2; a=1", await GetAsync("/x/y").Within("an answer"));
    }
}
