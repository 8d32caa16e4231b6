using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;
using MediaTypeHeaderValue = System.Net.Http.Headers.MediaTypeHeaderValue;

namespace Aleph.Actors.Tests.Uploads;

public sealed class MultipartContentTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aleph").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private MultipartSettings Settings => MultipartSettings.Default with { TemporaryFolder = _folder };

    [Fact]
    public async Task Parts_come_one_by_one_with_names_types_and_content()
    {
        var seen = new List<string>();
        await foreach (var part in Form().ReadPartsAsync())
        {
            seen.Add($"{part.Name} {part.FileName} {part.ContentType} {await part.Body.ReadTextAsync()}");
        }

        Assert.Equal(["a   1", "\u00e9   x y", "f n\u00e4me.txt text/plain file"], seen);
    }

    [Fact]
    public async Task A_part_that_nobody_reads_is_skipped_and_cannot_be_read_later()
    {
        MultipartPart? first = null;
        var names = new List<string?>();
        await foreach (var part in Form().ReadPartsAsync())
        {
            first ??= part;
            names.Add(part.Name);
        }

        Assert.Equal(3, names.Count);
        await Assert.ThrowsAsync<InvalidOperationException>(() => first!.Body.ReadBytesAsync().AsTask());
    }

    [Theory]
    [InlineData("n.txt", "n.txt")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\fakepath\\n.txt", "n.txt")]
    [InlineData("a\\\"b", "a\"b")]
    [InlineData("..", "..")]
    [InlineData("", "")]
    public async Task The_name_of_a_file_has_no_path(string sent, string expected)
    {
        var content = $"--b\r\nContent-Disposition: form-data; name=f; filename=\"{sent}\"\r\n\r\nx\r\n--b--";
        await foreach (var part in Request(content).ReadPartsAsync())
            Assert.Equal(expected, part.FileName);
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("multipart/form-data", 400)]
    [InlineData("multipart/form-data; boundary=\"\"", 400)]
    [InlineData("multipart/form-data; boundary=\"a\u00e9\"", 400)]
    [InlineData("multipart/form-data; boundary=c", 400)]
    public async Task A_wrong_type_or_boundary_says_so(string type, int status)
    {
        var request = Request("--b\r\nContent-Disposition: form-data; name=f\r\n\r\nx\r\n--b--", type);
        var fault = await Assert.ThrowsAsync<HttpMessageException>(
            () => request.ReadMultipartFormAsync().AsTask());
        Assert.Equal(status, fault.Error.Status.Code);
    }

    [Fact]
    public async Task A_form_has_fields_and_files_in_memory_and_on_disk()
    {
        using var form = await Form(5000).ReadMultipartFormAsync(Settings with { MemoryThreshold = 100 });
        Assert.Equal("1", form.Fields["a"]);
        Assert.Equal("x y", form.Fields["\u00e9"]);
        var (small, big) = (form.Files[0], form.Files[1]);
        Assert.True(small.IsInMemory);
        Assert.False(big.IsInMemory);
        Assert.Equal(5000, big.Length);
        Assert.Equal("file", await new StreamReader(small.OpenRead()).ReadToEndAsync());
        Assert.Equal(new string('z', 5000), await new StreamReader(big.OpenRead()).ReadToEndAsync());
        Assert.Single(Directory.GetFiles(_folder));
        if (!OperatingSystem.IsWindows())
            Assert.Equal((UnixFileMode)0x180, File.GetUnixFileMode(Directory.GetFiles(_folder)[0]));
        var saved = Path.Combine(_folder, "saved");
        await big.SaveAsync(saved);
        Assert.Equal(5000, new FileInfo(saved).Length);
        form.Dispose();
        Assert.Equal([saved], Directory.GetFiles(_folder));
        Assert.Throws<ObjectDisposedException>(() => big.OpenRead());
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(4, 1)]
    public async Task The_memory_threshold_holds_on_both_sides(int threshold, int inMemory)
    {
        using var form = await Form().ReadMultipartFormAsync(Settings with { MemoryThreshold = threshold });
        Assert.Equal(inMemory, form.Files.Count(x => x.IsInMemory));
    }

    [Fact]
    public async Task Limits_of_the_form_hold_on_both_sides()
    {
        // Names and values: a, 1, two octets of é, "x y".
        (await Form().ReadMultipartFormAsync(Settings with { MaxFieldBytes = 7 })).Dispose();
        Assert.Equal(413, await StatusAsync(Form(), Settings with { MaxFieldBytes = 6 }));
        var length = Form().Body.Length!.Value;
        (await Form().ReadMultipartFormAsync(Settings with { MaxTotalSize = length })).Dispose();
        Assert.Equal(413, await StatusAsync(Form(), Settings with { MaxTotalSize = length - 1 }));
        Assert.Equal(413, await StatusAsync(Form(5000), Settings with { MaxPartSize = 4999 }));
        Assert.Equal(400, await StatusAsync(Request("--b\r\nA: 1\r\n\r\nx\r\n--b--"), Settings));
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void Settings_name_every_fault()
    {
        var wrong = new MultipartSettings
        {
            MaxParts = 0,
            MaxHeaderBytes = 0,
            MaxHeaderCount = 0,
            MaxPartSize = -1,
            MaxTotalSize = -1,
            MaxFieldBytes = -1,
            MemoryThreshold = -1,
        };
        Assert.Equal(7, wrong.Validate().Count);
        Assert.Empty(MultipartSettings.Default.Validate());
        Assert.Throws<ArgumentException>(() => Form().ReadPartsAsync(wrong));
    }

    [Fact]
    public async Task A_million_parts_are_a_413_with_little_memory()
    {
        var part = "--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n"u8.ToArray();
        var read = 0L;
        var request = new HttpRequest(
            "POST", "/", HttpHeaders.Of(("Content-Type", "multipart/form-data; boundary=b")), HttpBody.From(Parts()));
        Assert.Equal(413, await StatusAsync(request, Settings));
        Assert.InRange(read, 1000, 1010);

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Parts()
        {
            for (; read < 1_000_000; read++)
            {
                await Task.Yield();
                yield return part;
            }
        }
    }

    [Fact]
    public async Task Temporary_files_live_as_long_as_the_exchange_and_no_longer()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await HttpHost.StartAsync(async request =>
        {
            var form = await request.ReadMultipartFormAsync(Settings with { MemoryThreshold = 10 });
            read.SetResult();
            await go.Task;
            return HttpResponse.Of(HttpBody.From(form.Files[0].OpenRead()));
        });
        using var client = new HttpClient();
        using var content = Upload(1_000_000);
        var answer = client.PostAsync(host.Uri, content);
        await read.Task.Within("the form was read");
        Assert.Single(Directory.GetFiles(_folder));
        go.SetResult();
        using var response = await answer.Within("an answer");
        Assert.Equal(1_000_000, (await response.Content.ReadAsByteArrayAsync()).Length);
        await Pacing.UntilAsync(() => Task.FromResult(Directory.GetFiles(_folder).Length == 0), "the file was removed");
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_leaves_no_file()
    {
        var failed = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await HttpHost.StartAsync(async request =>
        {
            try
            {
                return HttpResponse.Text($"{(await request.ReadMultipartFormAsync(Settings)).Files.Count}");
            }
            catch (HttpMessageException cause)
            {
                failed.SetResult(cause);
                throw;
            }
        });
        using (var client = await RawClient.ConnectAsync(host.EndPoint))
        {
            await client.SendAsync(RawClient.Bytes(
                "POST / HTTP/1.1|Host: a|Content-Type: multipart/form-data; boundary=b|Content-Length: 9000000||"
                + "--b|Content-Disposition: form-data; name=f; filename=f||"));
            await client.SendAsync(new byte[200_000]);
            await Pacing.UntilAsync(() => Task.FromResult(Directory.GetFiles(_folder).Length == 1), "a file was begun");
            client.Reset();
        }

        await failed.Task.Within("reading failed");
        await Pacing.UntilAsync(() => Task.FromResult(Directory.GetFiles(_folder).Length == 0), "the file was removed");
    }

    [Fact]
    public async Task A_long_upload_is_streamed_with_little_memory()
    {
        const int Length = 256 * 1024 * 1024;
        var most = 0L;
        await using var host = await HttpHost.StartAsync(
            async request =>
            {
                var total = 0L;
                var settings = MultipartSettings.Default with { MaxPartSize = null };
                await foreach (var part in request.ReadPartsAsync(settings))
                {
                    await foreach (var element in part.Body.ReadElementsAsync())
                    {
                        total += element.Length;
                        most = Math.Max(most, element.Length);
                    }
                }

                return HttpResponse.Text($"{total}");
            },
            HttpServerSettings.Default with { MaxBodySize = null });
        using var client = new HttpClient();
        using var content = Upload(Length);
        using var answer = await client.PostAsync(host.Uri, content).Within(TimeSpan.FromSeconds(60), "an answer");
        Assert.Equal($"{Length + 1}", await answer.Content.ReadAsStringAsync());
        Assert.InRange(most, 1, 1024 * 1024);
        Assert.InRange((await host.StatisticsAsync()).BufferedBytes, 0, 1024 * 1024);
    }

    private static MultipartFormDataContent Upload(int length)
    {
        var file = new StreamContent(new ZeroStream(length));
        file.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return new MultipartFormDataContent { { new StringContent("1"), "a" }, { file, "f", "zero.bin" } };
    }

    private static HttpRequest Form(int more = 0)
    {
        var content =
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
            + "--b\r\nContent-Disposition: form-data; name=\u00e9\r\n\r\nx y\r\n"
            + "--b\r\ncontent-disposition: form-data; name=f; filename=\"n\u00e4me.txt\"\r\n"
            + "Content-Type: text/plain\r\n\r\nfile\r\n"
            + (more == 0 ? "" : "--b\r\nContent-Disposition: form-data; name=g; filename=g\r\n\r\n"
                + new string('z', more) + "\r\n")
            + "--b--\r\n";
        return Request(content);
    }

    private static HttpRequest Request(string content, string type = "Multipart/Form-Data; boundary=\"b\"") => new(
        "POST", "/", HttpHeaders.Of(("Content-Type", type)), HttpBody.From(Encoding.UTF8.GetBytes(content)));

    private static async Task<int> StatusAsync(HttpRequest request, MultipartSettings settings) =>
        (await Assert.ThrowsAsync<HttpMessageException>(
            () => request.ReadMultipartFormAsync(settings).AsTask())).Error.Status.Code;
}
