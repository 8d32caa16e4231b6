using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>The cache as a user sees it, against servers.</summary>
[Trait("rfc", "9111")]
public sealed class CacheTests : ClientHarness
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2024, 5, 6, 12, 0, 0, TimeSpan.Zero));
    private readonly HttpCache _cache;

    public CacheTests() => _cache = new HttpCache(new HttpCacheSettings { MaxBodySize = 100_000 }, null, _time);

    [Fact]
    public async Task Answers_from_the_cache_while_it_is_fresh()
    {
        var scripted = Scripted();
        var first = GetAsync(scripted);
        var peer = await scripted.Peers.NextAsync();
        await peer.AnswerAsync("HTTP/1.1 200 Fine|Cache-Control: max-age=60|Set-Cookie: a=b|Content-Length: 2||hi");
        Assert.Equal("200 Miss hi", await first);
        _time.Advance(TimeSpan.FromSeconds(59));
        using var hit = await SendAsync(scripted).Within("an answer from the cache");
        Assert.Equal(("59", "Fine", null), (hit.Headers["Age"], hit.ReasonPhrase, hit.Headers["Set-Cookie"]));
        Assert.Equal((HttpCacheStatus.Hit, "hi"), (hit.Info!.Cache, await hit.Body.ReadTextAsync()));
        using var head = await SendAsync(scripted, method: "HEAD").Within("a head from the cache");
        Assert.Equal((HttpCacheStatus.Hit, "2", true), (head.Info!.Cache, head.Headers["Content-Length"],
            head.Body.IsEmpty));
        _time.Advance(TimeSpan.FromSeconds(1));
        var late = GetAsync(scripted);
        await peer.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 3||new");
        Assert.Equal("200 Miss new", await late);
    }

    [Fact]
    [Trait("rfc", "9111-4.3")]
    public async Task Asks_whether_a_stale_answer_still_holds_and_takes_its_new_fields()
    {
        var scripted = Scripted();
        var first = GetAsync(scripted);
        var peer = await scripted.Peers.NextAsync();
        await peer.AnswerAsync("HTTP/1.1 200 OK|ETag: \"a\"|Last-Modified: Mon, 06 May 2024 11:00:00 GMT"
            + "|Cache-Control: max-age=1|X: old|Content-Type: text/plain|Content-Length: 2||hi");
        await first;
        _time.Advance(TimeSpan.FromSeconds(1));
        var again = SendAsync(scripted);
        var head = await peer.AnswerAsync("HTTP/1.1 304 Not Modified|ETag: \"a\"|Cache-Control: max-age=60|X: new"
            + "|Content-Type: text/html|Set-Cookie: c=d||");
        Assert.Contains("If-None-Match: \"a\"\r\n", head, StringComparison.Ordinal);
        Assert.Contains("If-Modified-Since: Mon, 06 May 2024 11:00:00 GMT\r\n", head, StringComparison.Ordinal);
        using var confirmed = await again.Within("the answer");
        Assert.Equal((200, HttpCacheStatus.Revalidated), (confirmed.Status.Code, confirmed.Info!.Cache));
        Assert.Equal(("new", "text/plain", "c=d"), (confirmed.Headers["X"], confirmed.Headers["Content-Type"],
            confirmed.Headers["Set-Cookie"]));
        Assert.Equal("hi", await confirmed.Body.ReadTextAsync());
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal("200 Hit hi", await GetAsync(scripted));
    }

    [Fact]
    public async Task Takes_a_new_answer_and_no_304_about_something_else()
    {
        var scripted = Scripted();
        var first = GetAsync(scripted);
        var peer = await scripted.Peers.NextAsync();
        await peer.AnswerAsync("HTTP/1.1 200 OK|ETag: \"a\"|Cache-Control: no-cache|Content-Length: 2||hi");
        await first;
        var second = GetAsync(scripted);
        await peer.AnswerAsync("HTTP/1.1 200 OK|ETag: \"b\"|Cache-Control: no-cache|Content-Length: 2||ho");
        Assert.Equal("200 Miss ho", await second);
        var third = GetAsync(scripted);
        Assert.Contains("If-None-Match: \"b\"", await peer.AnswerAsync("HTTP/1.1 304 x|ETag: \"z\"||"),
            StringComparison.Ordinal);
        Assert.DoesNotContain("If-None-Match", await peer.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 3||new"),
            StringComparison.Ordinal);
        Assert.Equal("200 Miss new", await third);
    }

    [Fact]
    [Trait("rfc", "9111-5.2.1.7")]
    public async Task Asks_no_server_where_the_request_says_so()
    {
        var scripted = Scripted();
        Assert.Equal("504 Miss ", await GetAsync(scripted, "only-if-cached").Within("an answer without a server"));
        Assert.Equal(0, scripted.Peers.Attempts);
    }

    [Theory]
    [InlineData("HTTP/1.1 503 x|Content-Length: 4||down", true, "200 Stale hi")]
    [InlineData("", true, "200 Stale hi")]
    [InlineData("HTTP/1.1 503 x|Content-Length: 4||down", false, "503 Miss down")]
    [InlineData("HTTP/1.1 404 x|Content-Length: 4||gone", true, "404 Miss gone")]
    [Trait("rfc", "5861-4")]
    public async Task Gives_a_stale_answer_when_the_server_fails_and_it_may(string answer, bool may, string expected)
    {
        var scripted = Scripted();
        var first = GetAsync(scripted);
        var peer = await scripted.Peers.NextAsync();
        var stale = may ? ", stale-if-error=60" : "";
        await peer.AnswerAsync(
            $"HTTP/1.1 200 OK|Connection: close|Cache-Control: max-age=1{stale}|Content-Length: 2||hi");
        await first;
        _time.Advance(TimeSpan.FromSeconds(2));
        if (answer.Length == 0)
            scripted.Peers.Refusal = new IOException("nobody there");
        var second = GetAsync(scripted);
        if (answer.Length > 0)
            await (await scripted.Peers.NextAsync()).AnswerAsync(answer);
        Assert.Equal(expected, await second.Within("the answer"));
    }

    [Fact]
    [Trait("rfc", "5861-3")]
    public async Task Gives_a_stale_answer_while_it_is_refreshed_once()
    {
        var scripted = Scripted();
        var first = GetAsync(scripted);
        var peer = await scripted.Peers.NextAsync();
        await peer.AnswerAsync(
            "HTTP/1.1 200 OK|ETag: \"a\"|Cache-Control: max-age=1, stale-while-revalidate=60|Content-Length: 2||hi");
        await first;
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("200 Stale hi", await GetAsync(scripted));
        Assert.Equal("200 Stale hi", await GetAsync(scripted));
        Assert.Contains("If-None-Match", await peer.ReadHeadAsync(), StringComparison.Ordinal);
        await peer.WriteAsync("HTTP/1.1 200 OK|Cache-Control: max-age=60|Content-Length: 3||new");
        await ExpectAsync(scripted, x => x.Idle == 1 && _cache.Refreshing.IsEmpty, "the answer was refreshed");
        Assert.Equal("200 Hit new", await GetAsync(scripted));
        Assert.Equal(1, scripted.Peers.Attempts);
    }

    [Theory]
    [InlineData("POST", "200 OK", true), InlineData("DELETE", "204 x", true), InlineData("PUT", "404 x", false)]
    [InlineData("GET", "200 OK", false)]
    [Trait("rfc", "9111-4.4")]
    public async Task Forgets_what_was_changed(string method, string status, bool forgets)
    {
        var scripted = Scripted();
        ScriptedServer? peer = null;
        foreach (var path in (string[])["", "other", "third"])
        {
            var get = GetAsync(scripted, path: path);
            peer ??= await scripted.Peers.NextAsync();
            await peer.AnswerAsync("HTTP/1.1 200 OK|Cache-Control: max-age=60|Content-Length: 2||hi");
            Assert.Equal("200 Miss hi", await get);
        }

        var change = SendAsync(scripted, "no-store", method: method);
        await peer!.AnswerAsync($"HTTP/1.1 {status}|Location: /other|Content-Location: http://elsewhere.test/third"
            + $"|Cache-Control: no-store|{(status[0] == '2' && status[2] == '4' ? "" : "Content-Length: 0|")}|");
        (await change.Within("the change")).Dispose();
        Assert.Equal((forgets ? 0 : 1, forgets ? 0 : 1, 1), (Kept(""), Kept("other"), Kept("third")));
        int Kept(string path) => _cache.Store.Find(ScriptedClient.Url + path).Count;
    }

    [Fact]
    public async Task Keeps_only_whole_bodies_that_are_not_too_long()
    {
        var scripted = Scripted();
        async Task<int> KeptAsync(string path, string answer, int count)
        {
            var get = SendAsync(scripted, path: path);
            var peer = await scripted.Peers.NextAsync();
            await peer.AnswerAsync($"HTTP/1.1 200 OK|Cache-Control: max-age=60|{answer}");
            using var response = await get.Within("the head");
            await peer.WriteAsync(new string('x', count) + (answer.Contains("chunked", StringComparison.Ordinal)
                ? "|0||" : ""));
            peer.Peer.HalfClose();
            if (path == "cut")
                await Assert.ThrowsAsync<HttpClientException>(() => response.Body.ReadBytesAsync().AsTask());
            else if (path != "unread")
                await response.Body.ReadBytesAsync().AsTask().Within("the body");
            return _cache.Store.Find(ScriptedClient.Url + path).Count;
        }

        Assert.Equal(1, await KeptAsync("fits", "Content-Length: 100000||", 100_000));
        Assert.Equal(0, await KeptAsync("long", "Content-Length: 100001||", 100_001));
        Assert.Equal(1, await KeptAsync("chunks", "Transfer-Encoding: chunked||186a0|", 100_000));
        Assert.Equal(0, await KeptAsync("more", "Transfer-Encoding: chunked||186a1|", 100_001));
        Assert.Equal(0, await KeptAsync("cut", "Content-Length: 10||", 9));
        Assert.Equal(0, await KeptAsync("unread", "Transfer-Encoding: chunked||5|", 5));
    }

    [Fact]
    public async Task Sees_redirects_and_compressed_content()
    {
        var count = 0;
        await using var server = await ServeAsync(request =>
        {
            Interlocked.Increment(ref count);
            return request.Target == "/a"
                ? HttpResponse.Of(301).WithHeader("Location", "/b").WithHeader("Cache-Control", "max-age=60")
                : HttpResponse.Text("end").WithHeader("Cache-Control", "max-age=60").WithHeader("ETag", "\"1\"");
        });
        var client = Sys.Http().CreateClient();
        for (var i = 0; i < 3; i++)
        {
            using var response = await client.SendAsync(HttpRequest.Get(UrlOf(server, "/a")).WithOptions(
                new RequestOptions { Cache = _cache, Decompress = true })).Within("an answer");
            Assert.Equal(("end", i == 0 ? HttpCacheStatus.Miss : HttpCacheStatus.Hit),
                (await response.ReadTextAsync(), response.Info!.Cache));
            Assert.Single(response.Info.Trail);
        }

        Assert.Equal(2, count);
    }

    [Theory]
    [InlineData("Range", "bytes=0-1"), InlineData("If-None-Match", "\"a\"")]
    public async Task Requests_with_conditions_of_their_own_pass_by(string name, string value)
    {
        var scripted = Scripted();
        var first = GetAsync(scripted);
        var peer = await scripted.Peers.NextAsync();
        await peer.AnswerAsync("HTTP/1.1 200 OK|Cache-Control: max-age=60|Content-Length: 2||hi");
        await first;
        var second = scripted.Client.SendAsync(HttpRequest.Get(ScriptedClient.Url).WithHeader(name, value)
            .WithOptions(new RequestOptions { Cache = _cache }));
        await peer.AnswerAsync("HTTP/1.1 304 x||");
        using var response = await second.Within("an answer of the server");
        Assert.Equal((304, HttpCacheStatus.None), (response.Status.Code, response.Info!.Cache));
    }

    private Task<HttpResponse> SendAsync(
        ScriptedClient scripted, string? control = null, string path = "", string method = "GET")
    {
        var request = HttpRequest.To(method, ScriptedClient.Url + path)
            .WithOptions(new RequestOptions { Cache = _cache });
        return scripted.Client.SendAsync(control is null ? request : request.WithHeader("Cache-Control", control));
    }

    private async Task<string> GetAsync(ScriptedClient scripted, string? control = null, string path = "")
    {
        using var response = await SendAsync(scripted, control, path).Within("an answer");
        return $"{response.Status.Code} {response.Info!.Cache} {await response.Body.ReadTextAsync()}";
    }
}
