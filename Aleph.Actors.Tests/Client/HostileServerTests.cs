using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>Servers that break the protocol, lie about lengths, flood or loop: typed failures, and nothing
/// left.</summary>
public sealed class HostileServerTests : ClientHarness
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK|Content-Length: 5|Transfer-Encoding: chunked||",
        "content_length_with_transfer_encoding")]
    [InlineData("HTTP/1.1 200 OK|Content-Length: 5|Content-Length: 5||", "multiple_content_lengths")]
    [InlineData("HTTP/1.1 200 OK|Content-Length: +5||", "invalid_content_length")]
    [InlineData("HTTP/1.1 200 OK|Transfer-Encoding: chunked, gzip||", "transfer_coding_not_implemented")]
    [InlineData("SSH-2.0-x|", "invalid_status_line")]
    [InlineData("HTTP/3 200 OK||", "unsupported_http_version")]
    [InlineData("HTTP/1.1 200 OK|X : y||", "invalid_characters_in_header_name")]
    public async Task A_bad_head_fails_the_request_and_the_connection(string octets, string code)
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        await (await scripted.Peers.NextAsync()).AnswerAsync(octets);
        var failure = await Assert.ThrowsAsync<HttpClientException>(() => answer.Within("a failure"));
        Assert.Equal(code, failure.Error?.Code);
        await ExpectNothingAsync(scripted);
    }

    [Theory]
    [InlineData("x|"), InlineData("-5|"), InlineData("5;|"), InlineData("2|hex|")]
    public async Task A_bad_chunk_fails_the_body_and_the_connection(string octets)
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 OK|Transfer-Encoding: chunked||");
        using var response = await answer.Within("the head");
        await server.WriteAsync(octets);
        var failure = await Assert.ThrowsAsync<HttpClientException>(
            () => response.Body.ReadBytesAsync().Within("a failure"));
        Assert.Equal(HttpClientFailure.Protocol, failure.Failure);
        await ExpectNothingAsync(scripted);
    }

    [Theory]
    [InlineData("HTTP/1.1 102 x||")]
    [InlineData("X-Endless: header|", "HTTP/1.1 200 OK|")]
    [InlineData("x", "HTTP/1.1 200 ")]
    [InlineData("x", "HTTP/1.1 200 OK|X: ")]
    public async Task What_has_no_end_is_cut_off(string again, string first = "")
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync(first);
        var octets = ScriptedServer.Bytes(string.Concat(Enumerable.Repeat(again, 1000)));
        var sent = 0L;
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            for (; sent < 1L << 30; sent += octets.Length)
                await server.Peer.WriteAsync(octets).Within("the client read or closed");
        });
        var failure = await Assert.ThrowsAsync<HttpClientException>(() => answer.Within("a failure"));
        Assert.Equal(HttpClientFailure.Limit, failure.Failure);
        // One turn of the transport in memory reads a MiB, and its pipe holds the rest.
        Assert.InRange(sent, 0, 2 << 20);
        await ExpectNothingAsync(scripted);
    }

    [Theory]
    [InlineData("MaxStatusLine", "HTTP/1.1 200 a very long reason|Content-Length: 0||")]
    [InlineData("MaxHeaderBytes", "HTTP/1.1 200 OK|X: 12345678901234567890|Content-Length: 0||")]
    [InlineData("MaxHeaderCount", "HTTP/1.1 200 OK|A: 1|B: 2|Content-Length: 0||")]
    [InlineData("MaxInterim", "HTTP/1.1 103 x||HTTP/1.1 200 OK|Content-Length: 0||")]
    [InlineData("MaxChunkExtension", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||1;ab=c|x|0||")]
    public async Task A_request_may_have_limits_of_its_own(string limit, string octets)
    {
        var scripted = Scripted();
        var limits = limit switch
        {
            "MaxStatusLine" => new HttpResponseLimits { MaxStatusLine = 20 },
            "MaxHeaderBytes" => new HttpResponseLimits { MaxHeaderBytes = 40 },
            "MaxHeaderCount" => new HttpResponseLimits { MaxHeaderCount = 2 },
            "MaxInterim" => new HttpResponseLimits { MaxInterim = 0 },
            _ => new HttpResponseLimits { MaxChunkExtension = 2 },
        };
        var first = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync(octets);
        await (await first.Within("the pool takes it")).Body.ReadBytesAsync().Within("its body");
        var answer = scripted.Client.SendAsync(HttpRequest.Get(ScriptedClient.Url)
            .WithOptions(new RequestOptions { ResponseLimits = limits }));
        await server.AnswerAsync(octets);
        var failure = await Assert.ThrowsAsync<HttpClientException>(async () =>
            await (await answer.Within("a head or a failure")).Body.ReadBytesAsync().Within("a failure"));
        Assert.Equal(HttpClientFailure.Limit, failure.Failure);
        await ExpectNothingAsync(scripted);
    }

    [Fact]
    public void Limits_that_no_pool_could_have_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HttpResponseLimits { MaxStatusLine = 15 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HttpResponseLimits { MaxHeaderCount = 10_001 });
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK|Content-Length: 11||")]
    [InlineData("HTTP/1.1 200 OK|Transfer-Encoding: chunked||b|hello world|0||")]
    [InlineData("HTTP/1.1 200 OK||hello world")]
    public async Task A_body_beyond_its_limit_fails(string octets)
    {
        var scripted = Scripted();
        var answer = scripted.Client.SendAsync(HttpRequest.Get(ScriptedClient.Url)
            .WithOptions(new RequestOptions { MaxBodySize = 10 }));
        await (await scripted.Peers.NextAsync()).AnswerAsync(octets);
        var failure = await Assert.ThrowsAsync<HttpClientException>(async () =>
        {
            using var response = await answer.Within("the head");
            await response.Body.ReadBytesAsync().Within("a failure");
        });
        Assert.Equal(HttpClientFailure.Limit, failure.Failure);
        await ExpectNothingAsync(scripted);
    }

    [Theory]
    [InlineData(""), InlineData("HTTP/1.1 2"), InlineData("HTTP/1.1 200 OK|Conte"), InlineData("HTTP/1.1 200 OK|A: b|")]
    public async Task A_connection_that_ends_before_or_within_the_head_fails_the_request(string octets)
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync(octets);
        server.Peer.HalfClose();
        var failure = await Assert.ThrowsAsync<HttpClientException>(() => answer.Within("a failure"));
        Assert.Equal(HttpClientFailure.ConnectionEnded, failure.Failure);
        await ExpectNothingAsync(scripted);
    }

    [Fact]
    public async Task An_answer_of_one_byte_at_a_time_is_read()
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        foreach (var b in ScriptedServer.Bytes("HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|0||"))
            await server.Peer.WriteAsync(new[] { b });
        using var response = await answer.Within("the head");
        Assert.Equal("hello", await response.Body.ReadTextAsync().Within("the body"));
    }

    [Fact]
    public async Task A_body_that_was_given_up_early_costs_no_more_than_its_limit()
    {
        var scripted = Scripted(x => x with { DrainSize = 100_000 });
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 OK|Transfer-Encoding: chunked||");
        (await answer.Within("the head")).Dispose();
        var chunk = ScriptedServer.Bytes($"3e8|{new string('x', 1000)}|");
        var sent = 0;
        await Assert.ThrowsAsync<IOException>(async () =>
        {
            for (; sent < 10_000_000; sent += 1000)
                await server.Peer.WriteAsync(chunk).Within("the client read or closed");
        });
        // One turn of the transport in memory reads a MiB, as above.
        Assert.InRange(sent, 50_000, 2 << 20);
        await ExpectNothingAsync(scripted);
    }

    [Fact]
    public async Task A_short_rest_that_was_given_up_is_drained_and_the_connection_kept()
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 10||hello");
        (await answer.Within("the head")).Dispose();
        await server.WriteAsync("world");
        await ExpectAsync(scripted.Client, ScriptedClient.Origin, x => x is { Idle: 1 }, "the connection is free");
        var second = scripted.GetAsync();
        await server.AnswerAsync("HTTP/1.1 204 x||");
        await second.Within("the second answer");
        Assert.Equal(1, scripted.Peers.Attempts);
    }

    [Theory]
    [InlineData("http://a\\b/"), InlineData("http://a@b@c/"), InlineData("http:///x"), InlineData("http://a:99999/")]
    [InlineData("http://a\tb/"), InlineData("http://a/\r\nX: y"), InlineData("http://a/\0"), InlineData("ftp://a/")]
    [InlineData("/x"), InlineData("http://a:0/"), InlineData("http://%61/"), InlineData("http://"), InlineData("")]
    [InlineData("http://a b/"), InlineData("http://[::1/")]
    public async Task A_url_that_can_be_read_in_two_ways_uses_no_socket(string url)
    {
        var scripted = Scripted();
        await Assert.ThrowsAsync<ArgumentException>(async () => await scripted.Client.GetAsync(url));
        Assert.Equal(0, scripted.Peers.Attempts);
    }

    [Fact]
    public async Task A_redirect_to_itself_ends_at_the_limit()
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync("loop");
        var server = await scripted.Peers.NextAsync();
        for (var i = 0; i <= 20; i++)
            await server.AnswerAsync("HTTP/1.1 302 x|Location: /loop|Content-Length: 0||");
        var failure = await Assert.ThrowsAsync<HttpClientException>(() => answer.Within("a failure"));
        Assert.Equal(HttpClientFailure.Redirects, failure.Failure);
        await ExpectAsync(scripted, x => x is { Open: 1, Idle: 1, Active: 0 }, "the connection is free");
    }

    [Theory]
    [InlineData("B\r\nX: y"), InlineData("B\0"), InlineData("B\""), InlineData("")]
    public void A_boundary_that_would_split_the_request_is_refused(string boundary) =>
        Assert.Throws<ArgumentException>(() => new MultipartForm(boundary));

    [Theory]
    [InlineData("GET /\r\nX: y")]
    [InlineData("G\0T")]
    [InlineData("")]
    public void A_method_that_is_none_is_refused(string method) =>
        Assert.Throws<ArgumentException>(() => HttpRequest.To(method, "http://a/"));

    [Theory]
    [InlineData("X", "a\r\nEvil: b"), InlineData("X\r\nEvil", "b"), InlineData("Host", "a\0"), InlineData("Cookie",
        "a\nb")]
    public void A_field_that_would_split_the_request_is_refused(string name, string value) =>
        Assert.Throws<ArgumentException>(() => HttpRequest.Get("http://a/").WithHeader(name, value));

    [Theory]
    [InlineData("http://\u00e4.example/x y?z=\u00e4", "xn--4ca.example", "/x%20y?z=%C3%A4")]
    [InlineData("HTTP://EXAMPLE.com:80/a/../b", "example.com", "/b")]
    [InlineData("http://example.com", "example.com", "/")]
    [InlineData("http://example.com:8080?x", "example.com:8080", "/?x")]
    [InlineData("http://[::1]:8080/", "[::1]:8080", "/")]
    [InlineData("http://user:p%3Aa:ss@example.com/#f", "example.com", "/")]
    public void A_url_gives_one_host_and_one_target(string url, string host, string target)
    {
        var request = HttpRequest.Get(url);
        Assert.Equal((host, target), (request.Host, request.Target));
        Assert.Equal(host, HttpOrigin.Of(url).Authority);
    }

    private static Task ExpectNothingAsync(ScriptedClient scripted) => ExpectAsync(
        scripted.Client, ScriptedClient.Origin, x => x is { Open: 0, Active: 0, Queued: 0, Connecting: 0 },
        "nothing is left");
}
