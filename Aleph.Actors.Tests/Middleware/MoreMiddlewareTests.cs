using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aleph.Actors.Tests.Middleware;

public sealed class MoreMiddlewareTests
{
    private static readonly HttpHandler Origin = request => new(HttpResponse.Text(
        $"{(request.RemoteEndPoint as IPEndPoint)?.Address} {request.Scheme} {request.Host} "
        + $"{request.Headers.Contains("X-Forwarded-For")}"));

    [Theory]
    [InlineData("203.0.113.7", "https", "203.0.113.7 https a False")]
    [InlineData("6.6.6.6, 203.0.113.7", "gopher, https", "203.0.113.7 https a False")]
    [InlineData("203.0.113.7:5000", null, "203.0.113.7 http a False")]
    [InlineData("[2001:db8::1]:5000", "HTTPS", "2001:db8::1 https a False")]
    [InlineData("2001:db8::1", "ftp", "2001:db8::1 http a False")]
    [InlineData("unknown", "https", "127.0.0.1 https a False")]
    [InlineData(null, null, "127.0.0.1 http a False")]
    public async Task A_trusted_proxy_says_who_the_client_is(string? addresses, string? schemes, string expected)
    {
        var settings = new ForwardedHeadersSettings { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] };
        Assert.Equal(expected, await AskAsync(settings, addresses, schemes, "evil"));
    }

    [Fact]
    public async Task Nobody_else_does()
    {
        var settings = new ForwardedHeadersSettings { TrustedProxies = [IPNetwork.Parse("10.0.0.0/8")] };
        Assert.Equal("127.0.0.1 http a False", await AskAsync(settings, "203.0.113.7", "https", "evil"));
    }

    [Theory]
    [InlineData(1, "10.0.0.2")]
    [InlineData(2, "10.0.0.1")]
    [InlineData(3, "203.0.113.7")]
    [InlineData(9, "203.0.113.7")]
    public async Task Hops_are_followed_as_far_as_they_are_trusted_and_allowed(int hops, string expected)
    {
        var settings = new ForwardedHeadersSettings
        {
            TrustedProxies = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("10.0.0.0/8")],
            MaxHops = hops,
        };
        var seen = await AskAsync(settings, "6.6.6.6, 203.0.113.7, 10.0.0.1, 10.0.0.2", null, null);
        Assert.StartsWith(expected + " ", seen, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("example.com:8443", "example.com:8443")]
    [InlineData("a/b", "a")]
    [InlineData("a@b", "a")]
    public async Task The_host_is_taken_where_it_is_wanted_and_valid(string sent, string expected)
    {
        var settings = new ForwardedHeadersSettings
        {
            TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")],
            UseHost = true,
        };
        Assert.Equal($"127.0.0.1 http {expected} False", await AskAsync(settings, null, null, sent));
        Assert.Single(new ForwardedHeadersSettings { MaxHops = 0 }.Validate());
        Assert.Single(new ForwardedHeadersSettings { MaxHops = 101 }.Validate());
    }

    [Fact]
    public async Task A_handler_that_is_late_is_told_so_and_its_client_gets_a_503()
    {
        var time = new FakeTimeProvider();
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var late = new TaskCompletionSource<HttpResponse>();
        var handler = new HttpHandler(request =>
        {
            request.Aborted.Register(told.SetResult);
            return new(late.Task);
        }).Inside(RequestTimeout.After(TimeSpan.FromSeconds(5), time));

        var answer = handler(new HttpRequest("GET", "/")).AsTask();
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(answer.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(503, (await answer.Within("the answer")).Status.Code);
        await told.Task.Within("the handler was told");
        var stream = new MemoryStream();
        late.SetResult(HttpResponse.Of(HttpBody.From(stream)));
        await Pacing.UntilAsync(() => Task.FromResult(!stream.CanRead), "the late body was released");
    }

    [Fact]
    public async Task A_handler_that_is_in_time_is_not_disturbed()
    {
        HttpHandler handler = _ => new(HttpResponse.Text("ok"));
        var limited = handler.Inside(RequestTimeout.After(TimeSpan.FromSeconds(5)));
        Assert.Equal(200, (await limited(new HttpRequest("GET", "/"))).Status.Code);
        HttpHandler failing = _ => throw new InvalidOperationException("boom");
        var guarded = failing.Inside(RequestTimeout.After(TimeSpan.FromSeconds(5)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => guarded(new HttpRequest("GET", "/")).AsTask());
        Assert.Throws<ArgumentOutOfRangeException>(() => RequestTimeout.After(TimeSpan.Zero));
    }

    [Fact]
    public async Task A_line_is_written_for_each_request_in_each_format()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2024, 5, 6, 7, 8, 9, TimeSpan.Zero));
        var headers = HttpHeaders.Of(("Referer", "http://a/"), ("User-Agent", "x \"y\\ \u00e9"));
        var request = new HttpRequest("GET", "/a?b", headers);
        Assert.Equal(
            "- - - [06/May/2024:07:08:09 +0000] \"GET /a?b HTTP/1.1\" 200 5",
            await LogAsync(AccessLogFormat.Common, request, time));
        Assert.Equal(
            "- - - [06/May/2024:07:08:09 +0000] \"GET /a?b HTTP/1.1\" 200 5 \"http://a/\" \"x \\\"y\\\\ \\xe9\"",
            await LogAsync(AccessLogFormat.Combined, request, time));
        var json = JsonNode.Parse(await LogAsync(AccessLogFormat.Json, request, time))!;
        Assert.Equal("/a?b", (string?)json["target"]);
        Assert.Equal(200, (int?)json["status"]);
        Assert.Equal(5, (int?)json["bytes"]);
        Assert.Equal("x \"y\\ \u00e9", (string?)json["userAgent"]);
    }

    [Fact]
    public async Task Over_a_connection_the_line_comes_with_the_bytes_of_a_stream_and_with_failures()
    {
        var lines = new BlockingCollection<string>();
        var handler = new HttpRoutes()
            .Get("/stream", _ => HttpResponse.Of(HttpBody.From(new MemoryStream(new byte[100_000]))))
            .Get("/boom", new HttpHandler(_ => throw new InvalidOperationException("boom")))
            .Get("/413", new HttpHandler(_ => throw new HttpMessageException(new ProtocolError(413, "a", "b"))))
            .ToHandler().Inside(AccessLog.To(lines.Add, AccessLogFormat.Common));
        await using var host = await HttpHost.StartAsync(handler);
        using var client = new HttpClient();
        (string, string)[] expected = [("stream", "200 100000"), ("boom", "500 0"), ("413", "413 0"), ("x", "404 22")];
        foreach (var (path, end) in expected)
        {
            using var answer = await client.GetAsync(new Uri(host.Uri, path)).Within("an answer");
            await answer.Content.ReadAsByteArrayAsync();
            string? line = null;
            await Pacing.UntilAsync(() => Task.FromResult(lines.TryTake(out line)), "a line for " + path);
            Assert.StartsWith("127.0.0.1 - - [", line, StringComparison.Ordinal);
            Assert.EndsWith($"\"GET /{path} HTTP/1.1\" {end}", line, StringComparison.Ordinal);
        }
    }

    private static async Task<string> LogAsync(AccessLogFormat format, HttpRequest request, TimeProvider time)
    {
        var line = "";
        HttpHandler handler = _ => new(HttpResponse.Text("hello"));
        await handler.Inside(AccessLog.To(x => line = x, format, time))(request);
        return line;
    }

    private static async Task<string> AskAsync(
        ForwardedHeadersSettings settings, string? addresses, string? schemes, string? host)
    {
        await using var server = await HttpHost.StartAsync(Origin.Inside(ForwardedHeaders.Trust(settings)));
        using var client = await RawClient.ConnectAsync(server.EndPoint);
        string Field(string name, string? value) => value is null ? "" : $"{name}: {value}|";
        await client.SendAsync(RawClient.Bytes(
            "GET / HTTP/1.1|Host: a|" + Field("X-Forwarded-For", addresses) + Field("X-Forwarded-Proto", schemes)
            + Field("X-Forwarded-Host", host) + "|"));
        return (await client.ReadResponseAsync().Within("an answer")).Body;
    }
}
