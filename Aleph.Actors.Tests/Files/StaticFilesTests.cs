using System.Diagnostics;
using System.Globalization;
using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Files;

public sealed class StaticFilesTests : IDisposable
{
    private readonly string _base = Directory.CreateTempSubdirectory("aleph").FullName;
    private readonly string _root;

    public StaticFilesTests()
    {
        _root = Path.Combine(_base, "root");
        Directory.CreateDirectory(Path.Combine(_root, "sub dir", "empty"));
        File.WriteAllText(Path.Combine(_base, "secret.txt"), "secret");
        File.WriteAllText(Path.Combine(_root, "a.txt"), "0123456789");
        File.WriteAllText(Path.Combine(_root, "empty.bin"), "");
        File.WriteAllText(Path.Combine(_root, ".hidden"), "hidden");
        File.WriteAllText(Path.Combine(_root, "sub dir", "index.html"), "<p>index");
        File.WriteAllText(Path.Combine(_root, "sub dir", "empty", "a&b.txt"), "x");
        File.SetLastWriteTimeUtc(
            Path.Combine(_root, "a.txt"), new DateTime(2024, 5, 6, 7, 8, 9, 500, DateTimeKind.Utc));
    }

    public void Dispose() => Directory.Delete(_base, recursive: true);

    [Fact]
    public async Task Serves_a_file_with_type_length_tag_and_time()
    {
        var answer = await GetAsync("/a.txt");
        Assert.Equal(200, answer.Status.Code);
        Assert.Equal("text/plain; charset=utf-8", answer.Headers["Content-Type"]);
        Assert.Equal("bytes", answer.Headers["Accept-Ranges"]);
        Assert.Equal("Mon, 06 May 2024 07:08:09 GMT", answer.Headers["Last-Modified"]);
        Assert.Matches("^\"[0-9a-f]+-a\"$", answer.Headers["ETag"]);
        Assert.Equal(10, answer.Body.Length);
        Assert.Equal("0123456789", await answer.Body.ReadTextAsync());
        Assert.Equal("application/octet-stream", (await GetAsync("/empty.bin")).Headers["Content-Type"]);
        Assert.Equal("", await (await GetAsync("/empty.bin")).Body.ReadTextAsync());
    }

    [Theory]
    [InlineData("/nothing.txt")]
    [InlineData("/a.txt/")]
    [InlineData("/a.txt/b")]
    [InlineData("/")]
    [InlineData("/sub dir/empty/")]
    [InlineData("/.hidden")]
    [InlineData("/../secret.txt")]
    [InlineData("/sub dir/../../secret.txt")]
    [InlineData("/..\\secret.txt")]
    [InlineData("/sub dir\\index.html")]
    [InlineData("/..%2Fsecret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("//etc/passwd")]
    [InlineData("//a.txt")]
    [InlineData("/C:/Windows/win.ini")]
    [InlineData("/a.txt::$DATA")]
    [InlineData("/a.txt.")]
    [InlineData("/a.txt ")]
    [InlineData("/a.txt\0")]
    [InlineData("/a.txt\0.html")]
    [InlineData("/a.txt\n")]
    [InlineData("/CON")]
    [InlineData("/con.txt")]
    [InlineData("/sub dir/LPT1")]
    [InlineData("/nul .txt")]
    [InlineData("/COM\u00b2")]
    [InlineData("/.../secret.txt")]
    [InlineData("/./a.txt")]
    [InlineData("/a?.txt")]
    [InlineData("/a.tx*")]
    [InlineData("/~root")]
    [InlineData("")]
    [InlineData("a.txt")]
    public async Task What_is_not_a_plain_name_below_the_folder_is_not_there(string path)
    {
        var request = new HttpRequest("GET", "/").WithPath(path);
        Assert.Equal(404, (await StaticFiles.Of(_root)(request)).Status.Code);
    }

    [SkippableFact]
    public async Task What_lies_behind_a_link_is_not_there_unless_links_are_followed()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need rights there");
        File.CreateSymbolicLink(Path.Combine(_root, "link.txt"), Path.Combine(_base, "secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(_root, "out"), _base);
        File.CreateSymbolicLink(Path.Combine(_root, "in.txt"), Path.Combine(_root, "a.txt"));
        File.CreateSymbolicLink(Path.Combine(_root, "a.txt.br"), Path.Combine(_base, "secret.txt"));

        foreach (var path in new[] { "/link.txt", "/out/secret.txt", "/out/root/a.txt", "/in.txt", "/out/" })
            Assert.Equal(404, (await GetAsync(path)).Status.Code);
        Assert.Null((await GetAsync("/a.txt", [("Accept-Encoding", "br")])).Headers["Content-Encoding"]);
        var following = StaticFiles.Of(_root, new StaticFilesSettings { FollowLinks = true });
        Assert.Equal("secret", await (await following(new HttpRequest("GET", "/out/secret.txt"))).Body.ReadTextAsync());
    }

    [SkippableFact]
    public async Task A_pipe_is_as_good_as_empty_and_is_not_waited_for()
    {
        Skip.If(OperatingSystem.IsWindows(), "pipes are elsewhere there");
        using var make = Process.Start("mkfifo", [Path.Combine(_root, "pipe")]);
        await make.WaitForExitAsync().Within("the pipe was made");
        Assert.Equal(0, (await GetAsync("/pipe").Within("an answer")).Body.Length);
    }

    [Theory]
    [InlineData("GET /%2e%2e/secret.txt HTTP/1.1|Host: a||")]
    [InlineData("GET /sub%20dir/%2e%2e/%2e%2e/secret.txt HTTP/1.1|Host: a||")]
    [InlineData("GET /..%5csecret.txt HTTP/1.1|Host: a||")]
    [InlineData("GET /%252e%252e/secret.txt HTTP/1.1|Host: a||")]
    [InlineData("GET /%c0%ae%c0%ae/secret.txt HTTP/1.1|Host: a||")]
    [InlineData("GET /a.txt%00 HTTP/1.1|Host: a||")]
    [InlineData("GET /..%2fsecret.txt HTTP/1.1|Host: a||")]
    [InlineData("GET http://a/../secret.txt HTTP/1.1|Host: a||")]
    public async Task No_target_on_the_wire_leads_out_of_the_folder(string request)
    {
        await using var host = await HttpHost.StartAsync(StaticFiles.Of(_root));
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes(request));
        var answer = await client.ReadResponseAsync().Within("an answer");
        Assert.True(answer.Status is 400 or 404, $"{answer.Status}");
    }

    [Fact]
    public async Task A_folder_answers_with_its_index_file_and_asks_for_the_slash()
    {
        Assert.Equal("<p>index", await (await GetAsync("/sub dir/")).Body.ReadTextAsync());
        var headers = HttpHeaders.Empty;
        var moved = await StaticFiles.Of(_root)(new HttpRequest("GET", "/sub%20dir?x=1", headers));
        Assert.Equal(301, moved.Status.Code);
        Assert.Equal("./sub%20dir/?x=1", moved.Headers["Location"]);
        var list = await StaticFiles.Of(_root, new StaticFilesSettings { ListFolders = true })(
            new HttpRequest("GET", "/sub%20dir/empty/"));
        Assert.Contains(
            "<a href=\"./a%26b.txt\">a&amp;b.txt</a>", await list.Body.ReadTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_shows_no_hidden_file()
    {
        var listing = StaticFiles.Of(_root, new StaticFilesSettings { ListFolders = true });
        var list = await listing(new HttpRequest("GET", "/"));
        var html = await list.Body.ReadTextAsync();
        Assert.Contains("<a href=\"./sub%20dir/\">", html, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden", html, StringComparison.Ordinal);
        var all = StaticFiles.Of(_root, new StaticFilesSettings { HiddenFiles = true });
        Assert.Equal("hidden", await (await all(new HttpRequest("GET", "/.hidden"))).Body.ReadTextAsync());
    }

    [Fact]
    public async Task Other_methods_are_not_allowed()
    {
        var answer = await StaticFiles.Of(_root)(new HttpRequest("POST", "/a.txt"));
        Assert.Equal(405, answer.Status.Code);
        Assert.Equal("GET, HEAD, OPTIONS", answer.Headers["Allow"]);
    }

    [Theory]
    [InlineData("If-None-Match", "ETAG", 304)]
    [InlineData("If-None-Match", "\"x\", W/ETAG", 304)]
    [InlineData("If-None-Match", "*", 304)]
    [InlineData("If-None-Match", "\"x\"", 200)]
    [InlineData("If-Match", "ETAG", 200)]
    [InlineData("If-Match", "W/ETAG", 412)]
    [InlineData("If-Match", "\"x\"", 412)]
    [InlineData("If-Match", "*", 200)]
    [InlineData("If-Modified-Since", "Mon, 06 May 2024 07:08:09 GMT", 304)]
    [InlineData("If-Modified-Since", "Monday, 06-May-24 07:08:09 GMT", 304)]
    [InlineData("If-Modified-Since", "Mon May  6 07:08:09 2024", 304)]
    [InlineData("If-Modified-Since", "Mon, 06 May 2024 07:08:08 GMT", 200)]
    [InlineData("If-Modified-Since", "yesterday", 200)]
    [InlineData("If-Unmodified-Since", "Mon, 06 May 2024 07:08:09 GMT", 200)]
    [InlineData("If-Unmodified-Since", "Mon, 06 May 2024 07:08:08 GMT", 412)]
    public async Task Conditions_are_answered(string name, string value, int status)
    {
        var etag = (await GetAsync("/a.txt")).Headers["ETag"]!;
        var answer = await GetAsync("/a.txt", [(name, value.Replace("ETAG", etag, StringComparison.Ordinal))]);
        Assert.Equal(status, answer.Status.Code);
        Assert.Equal(status == 200 ? 10 : 0, answer.Body.Length);
        if (status == 304)
            Assert.Equal(etag, answer.Headers["ETag"]);
    }

    [Fact]
    public async Task A_tag_counts_more_than_a_time()
    {
        var answer = await GetAsync("/a.txt",
            [("If-None-Match", "\"x\""), ("If-Modified-Since", "Mon, 06 May 2024 07:08:09 GMT")]);
        Assert.Equal(200, answer.Status.Code);
    }

    [Theory]
    [InlineData("bytes=0-0", "0", "bytes 0-0/10")]
    [InlineData("bytes=2-4", "234", "bytes 2-4/10")]
    [InlineData("Bytes= 7-", "789", "bytes 7-9/10")]
    [InlineData("bytes=-3", "789", "bytes 7-9/10")]
    [InlineData("bytes=-99", "0123456789", "bytes 0-9/10")]
    [InlineData("bytes=5-99999999999999999999", "56789", "bytes 5-9/10")]
    [InlineData("bytes=99-,1-1", "1", "bytes 1-1/10")]
    public async Task One_range_is_a_206(string range, string content, string contentRange)
    {
        var answer = await GetAsync("/a.txt", [("Range", range)]);
        Assert.Equal(206, answer.Status.Code);
        Assert.Equal(contentRange, answer.Headers["Content-Range"]);
        Assert.Equal(content, await answer.Body.ReadTextAsync());
    }

    [Theory]
    [InlineData("bytes=10-")]
    [InlineData("bytes=-0")]
    [InlineData("bytes=10-20,30-")]
    public async Task A_range_outside_is_a_416(string range)
    {
        var answer = await GetAsync("/a.txt", [("Range", range)]);
        Assert.Equal(416, answer.Status.Code);
        Assert.Equal("bytes */10", answer.Headers["Content-Range"]);
    }

    [Theory]
    [InlineData("bytes=")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=4-2")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=1-2-3")]
    [InlineData("lines=1-2")]
    [InlineData("bytes=0-,0-")]
    [InlineData("bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8,9-9,0-0,1-1,2-2,3-3,4-4,5-5,6-6")]
    public async Task A_malformed_or_greedy_range_gets_the_whole(string range)
    {
        var answer = await GetAsync("/a.txt", [("Range", range)]);
        Assert.Equal(200, answer.Status.Code);
        Assert.Equal(10, answer.Body.Length);
    }

    [Fact]
    public async Task Sixteen_ranges_are_answered_and_seventeen_are_not()
    {
        var path = Path.Combine(_root, "b.txt");
        await File.WriteAllTextAsync(path, new string('x', 1000));
        static string Ranges(int count) =>
            "bytes=" + string.Join(',', Enumerable.Range(0, count).Select(x => $"{x}-{x}"));
        Assert.Equal(206, (await GetAsync("/b.txt", [("Range", Ranges(16))])).Status.Code);
        Assert.Equal(200, (await GetAsync("/b.txt", [("Range", Ranges(17))])).Status.Code);
        var clock = Stopwatch.StartNew();
        Assert.Equal(200, (await GetAsync("/b.txt", [("Range", Ranges(5000))])).Status.Code);
        var all = "bytes=" + string.Join(',', Enumerable.Repeat("0-", 1000));
        Assert.Equal(200, (await GetAsync("/b.txt", [("Range", all)])).Status.Code);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
    }

    [Fact]
    public async Task Several_ranges_are_the_parts_of_a_multipart()
    {
        var answer = await GetAsync("/a.txt", [("Range", "bytes=0-1, -2")]);
        Assert.Equal(206, answer.Status.Code);
        var type = answer.Headers["Content-Type"]!;
        Assert.StartsWith("multipart/byteranges; boundary=", type, StringComparison.Ordinal);
        var boundary = type["multipart/byteranges; boundary=".Length..];
        var length = answer.Body.Length;
        var text = await answer.Body.ReadTextAsync();
        Assert.Equal(
            $"--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n"
            + $"--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 8-9/10\r\n\r\n89\r\n"
            + $"--{boundary}--\r\n",
            text);
        Assert.Equal(text.Length, length);
    }

    [Theory]
    [InlineData("ETAG", 206)]
    [InlineData("\"x\"", 200)]
    [InlineData("W/ETAG", 200)]
    [InlineData("Mon, 06 May 2024 07:08:09 GMT", 206)]
    [InlineData("Mon, 06 May 2024 07:08:10 GMT", 200)]
    public async Task A_range_counts_only_for_the_representation_it_was_meant_for(string condition, int status)
    {
        var etag = (await GetAsync("/a.txt")).Headers["ETag"]!;
        var answer = await GetAsync("/a.txt",
            [("Range", "bytes=0-1"), ("If-Range", condition.Replace("ETAG", etag, StringComparison.Ordinal))]);
        Assert.Equal(status, answer.Status.Code);
    }

    [Theory]
    [InlineData("br, gzip", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0.1, gzip;q=0.2", "gzip")]
    [InlineData("*", "br")]
    [InlineData("*, br;q=0", "gzip")]
    [InlineData("", null)]
    [InlineData("identity", null)]
    public async Task A_precompressed_file_is_sent_to_those_who_accept_it(string accept, string? coding)
    {
        await File.WriteAllTextAsync(Path.Combine(_root, "a.txt.br"), "br");
        await File.WriteAllTextAsync(Path.Combine(_root, "a.txt.gz"), "gzip");
        var answer = await GetAsync("/a.txt", [("Accept-Encoding", accept)]);
        Assert.Equal(coding, answer.Headers["Content-Encoding"]);
        Assert.Equal("text/plain; charset=utf-8", answer.Headers["Content-Type"]);
        Assert.Equal("Accept-Encoding", answer.Headers["Vary"]);
        Assert.Equal(coding ?? "0123456789", await answer.Body.ReadTextAsync());
        var plain = StaticFiles.Of(_root, new StaticFilesSettings { Precompressed = false });
        var request = new HttpRequest("GET", "/a.txt", HttpHeaders.Of(("Accept-Encoding", accept)));
        Assert.Equal("0123456789", await (await plain(request)).Body.ReadTextAsync());
    }

    [Fact]
    public async Task HEAD_and_GET_over_a_connection_agree()
    {
        await using var host = await HttpHost.StartAsync(StaticFiles.Of(_root));
        using var client = new HttpClient();
        using var head = await client.SendAsync(new(HttpMethod.Head, host.Uri + "a.txt")).Within("an answer");
        Assert.Equal(10, head.Content.Headers.ContentLength);
        Assert.Equal("0123456789", await client.GetStringAsync(new Uri(host.Uri, "a.txt")).Within("an answer"));
    }

    [Fact]
    public async Task Files_are_closed_whatever_becomes_of_the_answer()
    {
        await using var host = await HttpHost.StartAsync(StaticFiles.Of(_root));
        await File.WriteAllBytesAsync(Path.Combine(_root, "big.bin"), new byte[8 * 1024 * 1024]);
        for (var i = 0; i < 20; i++)
        {
            using var client = await RawClient.ConnectAsync(host.EndPoint);
            await client.SendAsync(RawClient.Bytes("HEAD /a.txt HTTP/1.1|Host: a||GET /big.bin HTTP/1.1|Host: a||"));
            await client.ReadSomeAsync(1000).Within("some bytes");
            client.Reset();
        }

        if (OperatingSystem.IsLinux())
            await Pacing.UntilAsync(() => Task.FromResult(OpenBelow(_root) == 0), "all files were closed");
    }

    [Fact]
    public async Task Parts_of_a_file_are_answers_too()
    {
        var path = Path.Combine(_root, "a.txt");
        Assert.Equal("5678", await HttpResponse.File(path, 5, 4).Body.ReadTextAsync());
        Assert.Equal("", await HttpResponse.File(path, 10, 0).Body.ReadTextAsync());
        Assert.Throws<ArgumentOutOfRangeException>(() => HttpResponse.File(path, 7, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => HttpResponse.File(path, -1, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => HttpResponse.File(path, 1, long.MaxValue));
        Assert.Throws<FileNotFoundException>(() => HttpResponse.File(path + "x"));
        Assert.ThrowsAny<UnauthorizedAccessException>(() => HttpResponse.File(_root));
        Assert.Throws<DirectoryNotFoundException>(() => StaticFiles.Of(path + "x"));
    }

    [Fact]
    public async Task A_file_that_becomes_shorter_fails_the_body()
    {
        var path = Path.Combine(_root, "a.txt");
        var answer = HttpResponse.File(path);
        await File.WriteAllTextAsync(path, "01");
        await Assert.ThrowsAsync<EndOfStreamException>(() => answer.Body.ReadBytesAsync().AsTask());
    }

    [Fact]
    public void Types_are_known_by_the_end_of_the_name_and_can_be_added()
    {
        var types = ContentTypes.Default.With(".X", "text/x");
        Assert.Equal("text/x", types.Of("a/b.x"));
        Assert.Equal("image/png", types.Of("A.PNG"));
        Assert.Equal("application/octet-stream", ContentTypes.Default.Of("a.x"));
        Assert.Throws<ArgumentException>(() => types.With("x", "a/b"));
        Assert.Throws<ArgumentException>(() => types.With(".x", "a/b\r\nc: d"));
    }

    private static int OpenBelow(string root) => Directory.GetFiles("/proc/self/fd")
        .Count(x => new FileInfo(x).LinkTarget?.StartsWith(root, StringComparison.Ordinal) == true);

    private async Task<HttpResponse> GetAsync(string path, params (string, string)[] fields) =>
        await StaticFiles.Of(_root)(new HttpRequest("GET", path.Replace(" ", "%20"), HttpHeaders.Of(fields)));
}
