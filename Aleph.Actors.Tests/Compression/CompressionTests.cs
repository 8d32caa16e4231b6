using System.Buffers;
using System.IO.Compression;
using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Http.Compression;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Compression;

public sealed class CompressionTests
{
    private static readonly string Long = string.Concat(Enumerable.Range(0, 2000).Select(x => $"line {x}\n"));

    private static readonly HttpCodec Reverse = new(
        "reverse", (output, _) => new BufferedStream(output), input => new BufferedStream(input));

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData(",", null)]
    [InlineData("identity", null)]
    [InlineData("zstd", null)]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("x-gzip", "gzip")]
    [InlineData("deflate", "deflate")]
    [InlineData("GZIP, Br", "br")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip;q=1.0, br;q=0.9", "gzip")]
    [InlineData("*", "br")]
    [InlineData("*;q=0", null)]
    [InlineData("*, br;q=0", "gzip")]
    [InlineData("br;q=0, gzip;q=0, deflate;q=0.001", "deflate")]
    [InlineData("identity, gzip;q=0.5", null)]
    [InlineData("identity;q=0.5, gzip;q=0.5", "gzip")]
    [InlineData("gzip;q=x, deflate;q=0.1", "deflate")]
    [InlineData("br;q=2", null)]
    [InlineData("br;level=9;q=0.5, gzip;q=0.4", "br")]
    public void Chooses_by_weight_and_then_by_our_order(string? accept, string? chosen) =>
        Assert.Equal(chosen, CodingChoice.Choose(accept, CompressionSettings.Default.Codecs)?.Name);

    [Theory]
    [InlineData("br, deflate")]
    [InlineData("*, gzip;q=0")]
    public void A_codec_that_is_not_offered_is_never_used(string accept) =>
        Assert.Null(CodingChoice.Choose(accept, [HttpCodec.Gzip]));

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Every_kind_of_body_comes_out_as_it_was(string coding)
    {
        var bytes = Encoding.UTF8.GetBytes(Long);
        var path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, bytes);
        Func<HttpResponse>[] kinds =
        [
            () => HttpResponse.Text(Long),
            () => HttpResponse.Bytes(new byte[200_000], contentType: "text/plain"),
            () => HttpResponse.Of(HttpBody.From(new MemoryStream(bytes)), contentType: "application/json"),
            () => HttpResponse.Of(HttpBody.From(new MemoryStream(bytes), bytes.Length), contentType: "text/css"),
            () => HttpResponse.Of(HttpBody.From(Texts(Long, "", Long)), contentType: "application/problem+json"),
            () => HttpResponse.Of(HttpBody.Write((writer, left) => writer.WriteAsync(bytes, left).AsTask()),
                contentType: "image/svg+xml"),
            () => HttpResponse.File(path, "text/plain"),
        ];
        foreach (var kind in kinds)
        {
            var expected = await kind().Body.ReadBytesAsync();
            var answer = await AnswerAsync(kind(), coding);
            Assert.Equal(coding, answer.Headers["Content-Encoding"]);
            Assert.Equal("Accept-Encoding", answer.Headers["Vary"]);
            Assert.False(answer.Headers["ETag"]?.StartsWith('"') ?? false);
            var sent = await answer.Body.ReadBytesAsync();
            Assert.True(sent.Length < expected.Length / 2, $"{sent.Length} of {expected.Length}");
            Assert.Equal(expected.ToArray(), Decoded(sent, coding));
        }

        File.Delete(path);
    }

    [Fact]
    public async Task What_should_not_be_compressed_is_sent_as_it_is()
    {
        var text = HttpResponse.Text(Long);
        HttpResponse[] untouched =
        [
            text.WithHeader("Cache-Control", "public, No-Transform"),
            text.WithHeader("Content-Encoding", "gzip"),
            text.WithHeader("Content-Type", "image/png"),
            text.WithHeader("Content-Range", "bytes 0-9/10"),
            text.WithStatus(206),
            HttpResponse.Text(new string('a', 1023)),
            HttpResponse.Of(204),
            text.WithHeaders(HttpHeaders.Empty),
        ];
        foreach (var answer in untouched)
            Assert.Same(answer, await AnswerAsync(answer, "br"));
        Assert.NotNull((await AnswerAsync(HttpResponse.Text(new string('a', 1024)), "br")).Headers["Content-Encoding"]);
        var plain = await AnswerAsync(text.WithHeader("Vary", "Accept"), "identity");
        Assert.Null(plain.Headers["Content-Encoding"]);
        Assert.Equal("Accept, Accept-Encoding", plain.Headers["Vary"]);
        Assert.Same(text, await CompressionMiddleware.Compress()(_ => new(text))(
            new HttpRequest("HEAD", "/", HttpHeaders.Of(("Accept-Encoding", "br")))));
    }

    [Fact]
    public async Task A_tag_becomes_weak_and_a_length_goes()
    {
        var answer = HttpResponse.Text(Long).WithHeader("ETag", "\"a\"").WithHeader("Content-Length", $"{Long.Length}");
        var compressed = await AnswerAsync(answer, "gzip");
        Assert.Equal("W/\"a\"", compressed.Headers["ETag"]);
        Assert.False(compressed.Headers.Contains("Content-Length"));
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Each_element_of_a_stream_can_be_decoded_when_it_comes(string coding)
    {
        var go = new SemaphoreSlim(0);
        var answer = await AnswerAsync(HttpResponse.Of(HttpBody.From(Ticks()), contentType: "text/plain"), coding);
        await using var elements = answer.Body.ReadElementsAsync().GetAsyncEnumerator();
        var sent = new MemoryStream();
        for (var i = 0; i < 3; i++)
        {
            go.Release();
            Assert.True(await elements.MoveNextAsync().Within("an element"));
            sent.Write(elements.Current.Span);
            var buffer = new byte[100];
            using var decoder = Decoder(new MemoryStream(sent.ToArray()), coding);
            var read = 0;
            while (read < 7 * (i + 1) && decoder.Read(buffer, read, (7 * (i + 1)) - read) is > 0 and var count)
                read += count;
            Assert.EndsWith($"tick {i}\n", Encoding.ASCII.GetString(buffer, 0, read), StringComparison.Ordinal);
        }

        async IAsyncEnumerable<string> Ticks()
        {
            for (var i = 0; i < 3; i++)
            {
                await go.WaitAsync();
                yield return $"tick {i}\n";
            }
        }
    }

    [Fact]
    public async Task A_users_codec_is_used_when_it_is_offered()
    {
        var settings = CompressionSettings.Default with { Codecs = [HttpCodec.Gzip, Reverse] };
        var handler = CompressionMiddleware.Compress(settings)(_ => new(HttpResponse.Text(Long)));
        var answer = await handler(new HttpRequest("GET", "/", HttpHeaders.Of(("Accept-Encoding", "reverse, br"))));
        Assert.Equal("reverse", answer.Headers["Content-Encoding"]);
        Assert.Equal(Long, await answer.Body.ReadTextAsync());
        Assert.Throws<ArgumentException>(() => new HttpCodec("a b", (x, _) => x, x => x));
        Assert.Throws<ArgumentException>(() => new HttpCodec("identity", (x, _) => x, x => x));
    }

    [Fact]
    public void Settings_name_every_fault()
    {
        var settings = new CompressionSettings
        {
            MinimumSize = -1,
            Codecs = [HttpCodec.Gzip, HttpCodec.Gzip],
            MediaTypes = ["Text/*"],
        };
        Assert.Equal(3, settings.Validate().Count);
        Assert.Throws<ArgumentException>(() => CompressionMiddleware.Compress(settings));
        var decoding = new DecompressionSettings { MaxSize = -1, MaxRatio = double.NaN, MaxCodings = 0 };
        Assert.Equal(3, decoding.Validate().Count);
        Assert.Empty(DecompressionSettings.Default.Validate());
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("Deflate")]
    [InlineData("identity, gzip")]
    public async Task Requests_are_decoded(string coding)
    {
        var name = coding.Contains("gzip", StringComparison.Ordinal) ? "gzip" : coding.ToLowerInvariant();
        Assert.Equal($"null null {Long.Length}", await SendAsync(Encoded(Encoding.UTF8.GetBytes(Long), name), coding));
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Malformed_content_is_a_400(string coding)
    {
        var good = Encoded(Encoding.UTF8.GetBytes(Long), coding);
        Assert.Equal("400", await SendAsync("this is not compressed at all"u8.ToArray(), coding));
        good.AsSpan(good.Length / 2, 20).Fill(0xff);
        Assert.Equal("400", await SendAsync(good, coding));
    }

    [Fact]
    public async Task Unknown_and_repeated_codings_are_a_415_that_says_what_is_known()
    {
        foreach (var coding in new[] { "zstd", "gzip, gzip", string.Join(", ", Enumerable.Repeat("gzip", 20)) })
        {
            var answer = await DecodeAsync([1], coding, DecompressionSettings.Default);
            Assert.Equal(415, answer.Status.Code);
            Assert.Equal("br, gzip, deflate", answer.Headers["Accept-Encoding"]);
        }

        var twice = Encoded(Encoded("abc"u8.ToArray(), "gzip"), "br");
        var two = DecompressionSettings.Default with { MaxCodings = 2 };
        Assert.Equal(200, (await DecodeAsync(twice, "gzip, br", two)).Status.Code);
        Assert.Equal(415, (await DecodeAsync(twice, "gzip, br, br", two)).Status.Code);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task Content_that_was_cut_off_is_a_400(string coding)
    {
        var good = Encoded(Encoding.UTF8.GetBytes(Long), coding);
        for (var length = 1; length < good.Length; length++)
            Assert.Equal("400", await SendAsync(good[..length], coding));
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task A_bomb_is_a_413_before_it_goes_off(string coding)
    {
        var bomb = Encoded(new byte[200_000_000], coding);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal("413", await SendAsync(bomb, coding));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_000_000);
    }

    [Fact]
    public async Task As_many_bytes_as_the_limit_are_taken_and_not_one_more()
    {
        var encoded = Encoded(Encoding.UTF8.GetBytes(Long), "gzip");
        var settings = DecompressionSettings.Default with { MaxSize = Long.Length };
        Assert.Equal(200, (await DecodeAsync(encoded, "gzip", settings)).Status.Code);
        var fault = await Assert.ThrowsAsync<HttpMessageException>(
            () => DecodeAsync(encoded, "gzip", settings with { MaxSize = Long.Length - 1 }));
        Assert.Equal(413, fault.Error.Status.Code);
    }

    [Fact]
    public async Task The_ratio_is_limited_on_both_sides()
    {
        var encoded = Encoded(new byte[1_000_000], "gzip");
        var ratio = 1_000_000.0 / encoded.Length;
        var settings = DecompressionSettings.Default with { MaxRatio = ratio + 1 };
        Assert.Equal(200, (await DecodeAsync(encoded, "gzip", settings)).Status.Code);
        await Assert.ThrowsAsync<HttpMessageException>(
            () => DecodeAsync(encoded, "gzip", settings with { MaxRatio = ratio - 1 }));
    }

    [Fact]
    public async Task Over_a_connection_both_ways()
    {
        HttpHandler echo = async request => HttpResponse.Text(await request.ReadTextAsync());
        await using var host = await HttpHost.StartAsync(
            echo.Inside(CompressionMiddleware.Compress(), CompressionMiddleware.Decompress()));
        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods() });
        using var content = new ByteArrayContent(Encoded(Encoding.UTF8.GetBytes(Long), "gzip"));
        content.Headers.ContentEncoding.Add("gzip");
        using var answer = await client.PostAsync(host.Uri, content).Within("an answer");
        Assert.Equal(Long, await answer.Content.ReadAsStringAsync());

        using var raw = await RawClient.ConnectAsync(host.EndPoint);
        var bomb = Encoded(new byte[100_000_000], "gzip");
        await raw.SendAsync(RawClient.Bytes(
            $"POST / HTTP/1.1|Host: a|Content-Encoding: gzip|Content-Length: {bomb.Length}||"));
        await raw.SendAsync(bomb);
        Assert.Equal(413, (await raw.ReadResponseAsync().Within("an answer")).Status);
        await host.AnswersAsync(Waiting.Limit);

        static System.Net.DecompressionMethods DecompressionMethods() => System.Net.DecompressionMethods.All;
    }

    private static async Task<HttpResponse> AnswerAsync(HttpResponse answer, string accept) =>
        await CompressionMiddleware.Compress()(_ => new(answer))(
            new HttpRequest("GET", "/", HttpHeaders.Of(("Accept-Encoding", accept))));

    private static async Task<string> SendAsync(byte[] content, string coding)
    {
        try
        {
            var answer = await DecodeAsync(content, coding, DecompressionSettings.Default);
            return await answer.Body.ReadTextAsync();
        }
        catch (HttpMessageException fault)
        {
            return $"{fault.Error.Status.Code}";
        }
    }

    private static async Task<HttpResponse> DecodeAsync(byte[] content, string coding, DecompressionSettings settings)
    {
        var handler = CompressionMiddleware.Decompress(settings)(async request =>
        {
            var length = 0L;
            await foreach (var element in request.Body.ReadElementsAsync())
                length += element.Length;
            var headers = request.Headers;
            return HttpResponse.Text(
                $"{headers["Content-Encoding"] ?? "null"} {headers["Content-Length"] ?? "null"} {length}");
        });
        var headers = HttpHeaders.Of(("Content-Encoding", coding), ("Content-Length", $"{content.Length}"));
        return await handler(new HttpRequest("POST", "/", headers, HttpBody.From(content)));
    }

    private static async IAsyncEnumerable<string> Texts(params string[] texts)
    {
        foreach (var text in texts)
        {
            await Task.Yield();
            yield return text;
        }
    }

    private static byte[] Encoded(byte[] bytes, string coding)
    {
        var output = new MemoryStream();
        using (Stream encoder = coding switch
        {
            "br" => new BrotliStream(output, CompressionLevel.Fastest),
            "gzip" => new GZipStream(output, CompressionLevel.Optimal),
            _ => new ZLibStream(output, CompressionLevel.Optimal),
        })
        {
            encoder.Write(bytes);
        }

        return output.ToArray();
    }

    private static byte[] Decoded(ReadOnlyMemory<byte> bytes, string coding)
    {
        var output = new MemoryStream();
        using var decoder = Decoder(new MemoryStream(bytes.ToArray()), coding);
        decoder.CopyTo(output);
        return output.ToArray();
    }

    private static Stream Decoder(Stream input, string coding) => coding switch
    {
        "br" => new BrotliStream(input, CompressionMode.Decompress),
        "gzip" => new GZipStream(input, CompressionMode.Decompress),
        _ => new ZLibStream(input, CompressionMode.Decompress),
    };
}
