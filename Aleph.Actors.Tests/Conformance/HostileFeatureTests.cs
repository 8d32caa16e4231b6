using System.Diagnostics;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>
/// Fields, forms and files as attackers send them (security.md section 8), over a connection to a server that uses all
/// of our readers; after each, a new connection is answered.
/// </summary>
public sealed class HostileFeatureTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aleph-hostile");
    private HttpHost _host = null!;

    public static TheoryData<string, string, int> Fields() => new()
    {
        { "User-Agent", new string('(', 16_000), 200 },
        { "Accept", new string(',', 8_000), 200 },
        { "Accept", string.Join(',', Enumerable.Repeat("a/b;q=0.1", 3_000)), 200 },
        { "Accept-Encoding", new string(',', 8_000), 200 },
        { "Accept-Encoding", string.Join(',', Enumerable.Repeat("gzip;q=0.001", 2_000)), 200 },
        { "Cookie", new string(';', 5_000), 200 },
        { "Cookie", string.Join(';', Enumerable.Range(0, 3_000).Select(x => $"a{x}=1")), 200 },
        { "Content-Type", "text/plain;" + new string(' ', 16_000) + "x", 200 },
        { "Content-Type", "text/plain;" + string.Concat(Enumerable.Repeat("a=\"\\", 4_000)), 200 },
        { "If-None-Match", new string(',', 8_000), 200 },
        { "X-Forwarded-For", new string(',', 8_000), 200 },
        { "Range", "bytes=" + string.Join(',', Enumerable.Range(0, 3_000).Select(x => $"{x}-{x}")), 200 },
        { "Range", "bytes=" + string.Join(',', Enumerable.Repeat("0-", 1_000)), 200 },
        { "Range", "bytes=99999999999999999999-", 416 },
        { "Range", "bytes=5-", 206 },
        { "Range", "bytes=5000-", 416 },
    };

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "file.txt"), new string('x', 4000));
        var routes = new HttpRoutes()
            .Mount("/files", StaticFiles.Of(_folder.FullName))
            .Post("/form", async request => HttpResponse.Text($"{(await request.ReadFormAsync()).Count}"))
            .Post("/parts", async request =>
                HttpResponse.Text($"{(await request.ReadMultipartFormAsync()).Fields.Count}"))
            .Post("/text", async request => HttpResponse.Text(await request.ReadTextAsync()))
            .Get("/split", request => HttpResponse.Text("x").WithHeader("X", request.Query!.Replace('+', '\n')))
            .Get("/query", request => HttpResponse.Text($"{request.ReadQuery().Count}"));
        var handler = routes.ToHandler().Inside(
            ForwardedHeaders.Trust(new ForwardedHeadersSettings()),
            CompressionMiddleware.Compress(),
            CompressionMiddleware.Decompress(),
            next => request =>
            {
                _ = request.ReadCookies();
                return next(request);
            });
        _host = await HttpHost.StartAsync(handler);
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task No_field_costs_more_than_its_length(string name, string value, int status)
    {
        var request = RawClient.Bytes($"GET /files/file.txt HTTP/1.1|Host: a|{name}: {value}||");
        await AskAsync(request);
        var begin = Stopwatch.GetTimestamp();
        Assert.Equal(status, (await AskAsync(request)).Status);
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, Soon);
        await _host.AnswersOrNotFoundAsync();
    }

    [Fact]
    public async Task Forms_and_queries_with_a_flood_of_keys_are_refused()
    {
        var keys = string.Join('&', Enumerable.Range(0, 100_000).Select(x => $"k{x}"));
        var form = await AskAsync(RawClient.Bytes(
            "POST /form HTTP/1.1|Host: a|Content-Type: application/x-www-form-urlencoded|" +
            $"Content-Length: {keys.Length}||{keys}"));
        Assert.Equal(413, form.Status);
        var query = string.Join('&', Enumerable.Repeat("k", 2_000));
        Assert.Equal(413, (await AskAsync(RawClient.Bytes($"GET /query?{query} HTTP/1.1|Host: a||"))).Status);
        Assert.Equal(
            "1000",
            (await AskAsync(RawClient.Bytes($"GET /query?{query[..1999]} HTTP/1.1|Host: a||"))).Body);
        await _host.AnswersOrNotFoundAsync();
    }

    [Theory]
    [InlineData("--B||", 400)]
    [InlineData("--B|Content-Disposition: form-data; name=a||x", 400)]
    [InlineData("--B--", 200)]
    [InlineData("no boundary at all", 400)]
    public async Task Parts_that_are_cut_off_are_refused(string content, int status)
    {
        var bytes = RawClient.Bytes(content);
        var head = RawClient.Bytes(
            "POST /parts HTTP/1.1|Host: a|Content-Type: multipart/form-data; boundary=B|" +
            $"Content-Length: {bytes.Length}||");
        Assert.Equal(status, (await AskAsync([.. head, .. bytes])).Status);
    }

    [Fact]
    public async Task A_hundred_thousand_empty_parts_and_a_head_without_end_are_refused()
    {
        var parts = string.Concat(Enumerable.Repeat("--B|Content-Disposition: form-data; name=a|||", 100_000));
        foreach (var content in new[] { parts, "--B|X: " + new string('x', 100_000) })
        {
            var bytes = RawClient.Bytes(content);
            var head = RawClient.Bytes(
                "POST /parts HTTP/1.1|Host: a|Content-Type: multipart/form-data; boundary=B|" +
                $"Content-Length: {bytes.Length}||");
            Assert.Equal(413, (await AskAsync([.. head, .. bytes])).Status);
        }

        await _host.AnswersOrNotFoundAsync();
    }

    [Theory]
    [InlineData("gzip, gzip", 415)]
    [InlineData("gzip, gzip, gzip, gzip, gzip, gzip, gzip, gzip, gzip, gzip", 415)]
    [InlineData("zstd", 415)]
    [InlineData("gzip", 413)]
    public async Task Bombs_and_towers_of_codings_are_refused(string codings, int status)
    {
        using var packed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(
            packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 0; i < 100; i++)
                await gzip.WriteAsync(new byte[1_000_000]);
        }

        var head = RawClient.Bytes(
            $"POST /text HTTP/1.1|Host: a|Content-Encoding: {codings}|Content-Length: {packed.Length}||");
        Assert.Equal(status, (await AskAsync([.. head, .. packed.ToArray()])).Status);
        await _host.AnswersOrNotFoundAsync();
    }

    [Fact]
    public async Task An_answer_cannot_be_split()
    {
        using var client = await RawClient.ConnectAsync(_host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET /split?a+Set-Cookie:b HTTP/1.1|Host: a|Connection: close||"));
        var answers = await client.ReadToEndAsync().Within("the end");
        var answer = Assert.Single(answers);
        Assert.Equal(500, answer.Status);
        Assert.Null(answer["Set-Cookie"]);
    }

    private async Task<RawResponse> AskAsync(byte[] bytes)
    {
        using var client = await RawClient.ConnectAsync(_host.EndPoint);
        var answer = client.ReadResponseAsync();
        await client.SendAsync(bytes);
        return await answer.Within("an answer");
    }
}

/// <summary>What is asked of a server after an attack.</summary>
internal static class AfterAttack
{
    /// <summary>A new connection is answered, whatever the answer.</summary>
    public static async Task AnswersOrNotFoundAsync(this HttpHost host)
    {
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET /alive HTTP/1.1|Host: a||"));
        Assert.Equal(404, (await client.ReadResponseAsync().Within("a new connection was answered")).Status);
    }
}
