using System.IO.Compression;
using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Client.Middleware;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>The steps around requests, against the own server.</summary>
public sealed class MiddlewareTests : ClientHarness
{
    [Theory]
    [InlineData("GET", 301, "GET"), InlineData("HEAD", 302, "HEAD"), InlineData("POST", 301, "GET")]
    [InlineData("POST", 302, "GET"), InlineData("POST", 303, "GET"), InlineData("PUT", 303, "GET")]
    [InlineData("POST", 307, "POST"), InlineData("PUT", 308, "PUT"), InlineData("PUT", 302, null)]
    public async Task Follows_redirects_by_the_method(string method, int status, string? follows)
    {
        var seen = new List<string>();
        await using var server = await ServeAsync(async request =>
        {
            var body = await request.Body.ReadTextAsync();
            lock (seen)
                seen.Add($"{request.Method} {request.Target} {body}");
            return request.Target == "/a"
                ? HttpResponse.Of(status).WithHeader("Location", "b?c")
                : HttpResponse.Text("end");
        });
        var client = Sys.Http().CreateClient();
        var body = method is "POST" or "PUT" ? "x" : "";
        using var response = await client.SendAsync(
            HttpRequest.To(method, UrlOf(server, "/a"), HttpBody.From(body))).Within("an answer");
        if (follows is null)
        {
            Assert.Equal(status, response.Status.Code);
            return;
        }

        Assert.Equal($"{follows} /b?c {(follows == method ? body : "")}", seen[1]);
        Assert.Equal([UrlOf(server, "/a")], response.Info!.Trail.Select(x => x.ToString()));
        Assert.Equal(UrlOf(server, "/b?c"), response.Info.Request.Url!.ToString());
    }

    [Fact]
    public async Task Drops_secrets_on_another_origin_and_keeps_them_on_the_same()
    {
        await using var other = await ServeAsync(Echo);
        await using var server = await ServeAsync(request => request.Target switch
        {
            "/away" => HttpResponse.Of(302).WithHeader("Location", UrlOf(other)),
            "/here" => HttpResponse.Of(302).WithHeader("Location", "/echo"),
            _ => Echo(request),
        });
        var client = Sys.Http().CreateClient();
        async Task<string> FollowAsync(string path, HttpCredentials? credentials) => await (await client.SendAsync(
            HttpRequest.Get(UrlOf(server, path)).WithHeader("Cookie", "a=b").WithHeader("Proxy-Authorization", "p")
                .WithHeader("X-Plain", "1").WithOptions(new RequestOptions
                {
                    Credentials =
                    credentials
                }))).ReadTextAsync();

        foreach (var credentials in new[] { HttpCredentials.Basic("u", "p"), HttpCredentials.Bearer("t") })
        {
            var away = await FollowAsync("/away", credentials);
            Assert.DoesNotContain("Authorization", away, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Cookie", away, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("X-Plain: 1", away, StringComparison.Ordinal);
            var here = await FollowAsync("/here", credentials);
            Assert.Contains("Authorization", here, StringComparison.Ordinal);
            Assert.Contains("Cookie: a=b", here, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(20, true), InlineData(21, false)]
    public async Task Follows_so_many_redirects_and_no_more(int hops, bool isFollowed)
    {
        await using var server = await ServeAsync(request =>
            int.Parse(request.Target[1..], System.Globalization.CultureInfo.InvariantCulture) is var left and > 0
                ? HttpResponse.Of(302).WithHeader("Location", $"/{left - 1}")
                : HttpResponse.Text("end"));
        var answer = Sys.Http().CreateClient().GetAsync(UrlOf(server, $"/{hops}"));
        if (isFollowed)
        {
            Assert.Equal(hops, (await answer.Within("an answer")).Info!.Trail.Count);
            return;
        }

        var failure = await Assert.ThrowsAsync<HttpClientException>(() => answer.Within("a failure"));
        Assert.Equal(HttpClientFailure.Redirects, failure.Failure);
    }

    [Fact]
    public async Task Shows_a_redirect_that_is_not_followed()
    {
        var scripted = Scripted();
        foreach (var location in new[] { "http://a\\b/", "ftp://a/", "http://[/" })
        {
            var answer = scripted.GetAsync();
            await (await scripted.Peers.NextAsync()).AnswerAsync(
                $"HTTP/1.1 302 x|Location: {location}|Connection: close|Content-Length: 0||");
            Assert.Equal(302, (await answer.Within("the answer")).Status.Code);
        }
    }

    [Fact]
    public async Task Throws_error_statuses_with_their_bodies_when_asked_to()
    {
        await using var server = await ServeAsync(_ => HttpResponse.Text("why", 429).WithHeader("X", "y"));
        var client = Sys.Http().CreateClient(
            HttpClientSettings.Default with { Options = new RequestOptions { ThrowOnError = true } });
        var failure = await Assert.ThrowsAsync<HttpStatusException>(() => client.GetAsync(UrlOf(server))
            .Within("a failure"));
        Assert.Equal((429, "y", "why", false),
            (failure.Status.Code, failure.Headers["X"], Encoding.UTF8.GetString(failure.Body.Span), failure.IsBodyCut));
    }

    [Theory]
    [InlineData("http://u:p%3Aa:ss@", "u:p:a:ss"), InlineData("http://u@", "u:")]
    public async Task Makes_user_info_basic_credentials(string prefix, string credentials)
    {
        await using var server = await ServeAsync(request => HttpResponse.Text(request.Headers["Authorization"] ?? ""));
        var url = UrlOf(server).Replace("http://", prefix, StringComparison.Ordinal);
        using var response = await Sys.Http().CreateClient().GetAsync(url).Within("an answer");
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials)),
            await response.ReadTextAsync());
    }

    [Theory]
    [Trait("rfc", "7616-3.9.1")]
    [InlineData("MD5", "8ca523f5e9506fed4657c9700eebdbec")]
    [InlineData("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")]
    public void Answers_a_digest_challenge_as_the_RFC_does(string algorithm, string proof)
    {
        var challenge = DigestChallenge.Find(
        [
            "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=" + algorithm +
            ", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"" +
            ", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
        ]);
        var answer = challenge!.Answer(
            new DigestCredentials("Mufasa", "Circle of Life"), "GET", "/dir/index.html",
            "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
        Assert.Contains($"response=\"{proof}\"", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Circle", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sends_a_digest_when_asked_for_it()
    {
        await using var server = await ServeAsync(request => request.Headers["Authorization"] is { } proof
            ? HttpResponse.Text(proof)
            : HttpResponse.Of(401).WithHeader("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""));
        using var response = await Sys.Http().CreateClient().SendAsync(HttpRequest.Get(UrlOf(server)).WithOptions(
            new RequestOptions { Credentials = HttpCredentials.Digest("u", "p") })).Within("an answer");
        Assert.StartsWith("Digest username=\"u\", realm=\"r\"", await response.ReadTextAsync(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", true), InlineData("POST", false)]
    public async Task Sends_again_after_a_busy_status_if_twice_is_harmless(string method, bool isAgain)
    {
        var count = 0;
        await using var server = await ServeAsync(_ => Interlocked.Increment(ref count) < 3
            ? HttpResponse.Of(503).WithHeader("Retry-After", "0")
            : HttpResponse.Text("ok"));
        using var response = await Sys.Http().CreateClient().SendAsync(HttpRequest.To(method,
            UrlOf(server)).WithOptions(
            new RequestOptions { Retry = new HttpRetry { Count = 2 } })).Within("an answer");
        Assert.Equal(isAgain ? (200, 3) : (503, 1), (response.Status.Code, count));
    }

    [Theory]
    [InlineData("Thu, 01 Jan 2015 00:00:00 GMT", 2), InlineData("3600", 1)]
    [InlineData("Thu, 01 Jan 2099 00:00:00 GMT", 1), InlineData("soon", 2)]
    [Trait("rfc", "9110-10.2.3")]
    public async Task Waits_as_long_as_the_server_asks_for_or_not_at_all(string retryAfter, int requests)
    {
        var count = 0;
        await using var server = await ServeAsync(_ => Interlocked.Increment(ref count) < 2
            ? HttpResponse.Of(429).WithHeader("Retry-After", retryAfter)
            : HttpResponse.Text("ok"));
        using var response = await Sys.Http().CreateClient().SendAsync(HttpRequest.Get(UrlOf(server)).WithOptions(
            new RequestOptions { Retry = new HttpRetry { MinDelay = TimeSpan.FromMilliseconds(1) } }))
            .Within("an answer");
        Assert.Equal((requests == 2 ? 200 : 429, requests), (response.Status.Code, count));
    }

    [Theory]
    [InlineData("gzip"), InlineData("br"), InlineData("deflate"), InlineData("raw")]
    public async Task Decompresses(string coding)
    {
        var text = string.Concat(Enumerable.Range(0, 10_000));
        var compressed = Compress(coding, Encoding.UTF8.GetBytes(text));
        await using var server = await ServeAsync(request => HttpResponse.Bytes(compressed)
            .WithHeader("Content-Encoding", coding == "raw" ? "deflate" : coding)
            .WithHeader("X-Asked", request.Headers["Accept-Encoding"] ?? ""));
        var client = Decompressing();
        var origin = HttpOrigin.Of(UrlOf(server));
        for (var i = 0; i < 2; i++)
        {
            using var response = await client.GetAsync(UrlOf(server)).Within("an answer");
            Assert.Equal(("br, gzip, deflate", null, null),
                (response.Headers["X-Asked"], response.Headers["Content-Encoding"],
                    response.Headers["Content-Length"]));
            Assert.Equal(text, await response.Body.ReadTextAsync().Within("the body"));
            await ExpectAsync(client, origin, x => x is { Active: 0, Idle: 1 }, "the connection is free");
        }

        Assert.True((await client.GetStatisticsAsync(origin)!) is { Connections: 1 });
    }

    [Theory]
    [InlineData("gzip"), InlineData("br"), InlineData("deflate")]
    public async Task Cut_compressed_content_is_an_error(string coding)
    {
        var compressed = Compress(coding, Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 10_000))));
        await using var server = await ServeAsync(_ => HttpResponse.Bytes(compressed.AsMemory(0, compressed.Length / 2))
            .WithHeader("Content-Encoding", coding));
        using var response = await Decompressing().GetAsync(UrlOf(server)).Within("an answer");
        var failure = await Assert.ThrowsAsync<HttpClientException>(() => response.Body.ReadBytesAsync()
            .Within("a failure"));
        Assert.Equal(HttpClientFailure.Content, failure.Failure);
    }

    [Fact]
    public async Task A_bomb_fails_at_its_limit_and_chains_of_codings_are_refused()
    {
        var bomb = Compress("gzip", new byte[20_000_000]);
        var codings = "gzip";
        await using var server = await ServeAsync(_ =>
            HttpResponse.Bytes(bomb).WithHeader("Content-Encoding", codings));
        var client = Decompressing(1_000_000);
        using (var response = await client.GetAsync(UrlOf(server)).Within("an answer"))
        {
            var read = 0L;
            var failure = await Assert.ThrowsAsync<HttpClientException>(async () =>
            {
                await foreach (var element in response.Body.ReadElementsAsync())
                    read += element.Length;
            });
            Assert.Equal(HttpClientFailure.Limit, failure.Failure);
            Assert.InRange(read, 900_000, 1_000_000);
        }

        codings = string.Join(", ", Enumerable.Repeat("gzip", 20));
        var refused = await Assert.ThrowsAsync<HttpClientException>(() => client.GetAsync(UrlOf(server))
            .Within("a failure"));
        Assert.Equal(HttpClientFailure.Limit, refused.Failure);
    }

    [Fact]
    public async Task Own_steps_run_in_their_order_around_the_others()
    {
        await using var server = await ServeAsync(request => HttpResponse.Text(request.Headers["X"] ?? ""));
        HttpClientMiddleware Mark(string mark) => (request, next, cancellation) =>
            next(request.WithHeader("X", request.Headers["X"] + mark), cancellation);
        var client = Sys.Http().CreateClient(HttpClientSettings.Default with
        {
            Middleware = [Mark("1"), .. HttpClientMiddlewares.Standard, Mark("2")],
            Headers = HttpHeaders.Of(("X", "0")),
        });
        using var response = await client.GetAsync(UrlOf(server)).Within("an answer");
        Assert.Equal("012", await response.ReadTextAsync());
    }

    [Fact]
    public async Task Sends_forms_queries_json_and_parts()
    {
        await using var server = await ServeAsync(async request => HttpResponse.Text(
            $"{request.Target} {request.Headers["Content-Type"]} {request.Headers["Content-Length"]} " +
            $"{await request.Body.ReadTextAsync()}"));
        var client = Sys.Http().CreateClient();
        async Task<string> SendAsync(HttpRequest request) => await (await client.SendAsync(request)).ReadTextAsync();
        var post = HttpRequest.Post(UrlOf(server), HttpBody.Empty);
        var parameters = new Dictionary<string, object?> { ["a"] = "\u00e4 &", ["b"] = new[] { 1, 2 } };
        var query = await SendAsync(HttpRequest.Get(UrlOf(server, "/?x=1")).WithQuery(parameters,
            ParameterStyle.Array));
        Assert.StartsWith("/?x=1&a=%C3%A4+%26&b%5B%5D=1&b%5B%5D=2 ", query, StringComparison.Ordinal);
        const string Form = "a=%C3%A4+%26&b=1&b=2";
        Assert.Equal(
            $"/ application/x-www-form-urlencoded {Form.Length} {Form}", await SendAsync(post.WithForm(parameters)));
        Assert.Equal("/ application/json 7 {\"a\":1}", await SendAsync(post.WithJson(new { A = 1 })));
        var form = new MultipartForm("B").Add("t", "x").Add("f", HttpBody.From("y"), "n\"\r\n.txt");
        const string Parts =
            "--B\r\nContent-Disposition: form-data; name=\"t\"\r\n\r\nx\r\n" +
            "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"n%22%0D%0A.txt\"\r\n" +
            "Content-Type: text/plain\r\n\r\ny\r\n" +
            "--B--\r\n";
        Assert.Equal($"/ multipart/form-data; boundary=\"B\" {Parts.Length} {Parts}",
            await SendAsync(post.WithMultipart(form)));
    }

    [Theory]
    [InlineData(ParameterStyle.Repeated, "a=1&a=2&n[x]=y")]
    [InlineData(ParameterStyle.Array, "a[]=1&a[]=2&n[x]=y")]
    [InlineData(ParameterStyle.Indexed, "a[0]=1&a[1]=2&n[x]=y")]
    [InlineData(ParameterStyle.Commas, "a=1,2&n[x]=y")]
    public void Writes_parameters_in_every_style(ParameterStyle style, string text) => Assert.Equal(
        text, Uri.UnescapeDataString(HttpParameters.Encode(
            new Dictionary<string, object?>
            {
                ["a"] = new[] { 1, 2 },
                ["n"] = new Dictionary<string,
                object?>
                { ["x"] = "y" }
            },
            style)));

    private static HttpResponse Echo(HttpRequest request) => HttpResponse.Text(request.Headers.ToString());

    private static byte[] Compress(string coding, byte[] bytes)
    {
        var output = new MemoryStream();
        using (Stream stream = coding switch
        {
            "br" => new BrotliStream(output, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(output, CompressionLevel.Fastest),
            "raw" => new DeflateStream(output, CompressionLevel.Fastest),
            _ => new GZipStream(output, CompressionLevel.Fastest),
        })
        {
            stream.Write(bytes);
        }

        return output.ToArray();
    }

    private AlephHttpClient Decompressing(long? limit = null) => Sys.Http().CreateClient(HttpClientSettings.Default with
    {
        Options = new RequestOptions { Decompress = true, MaxDecompressedSize = limit },
    });
}
