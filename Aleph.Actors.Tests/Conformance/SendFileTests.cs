using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Akka.Actor;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Transports.Sockets;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>Files as answers, over every transport; sockets send them by the kernel.</summary>
[Collection(AloneCollection.Name)]
public sealed class SendFileTests : IDisposable
{
    private const int Size = 20_000_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("aleph-sendfile");
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(Size);
    private readonly string _path;

    public SendFileTests()
    {
        _path = Path.Combine(_folder.FullName, "file.bin");
        File.WriteAllBytes(_path, _content);
    }

    public static TheoryData<string> Transports() => ["sockets", "inline", "akka-io", "tls", "wire-log"];

    public static TheoryData<string> PlainTransports() => ["sockets", "inline", "akka-io", "wire-log"];

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Files_and_their_ranges_arrive_whole_and_in_order(string transport)
    {
        await using var host = await HttpHost.StartAsync(FileAsync, Settings(transport));
        using var http = new HttpClient(new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            SslOptions = { RemoteCertificateValidationCallback = static (_, peer, _, _) => peer is not null },
        });
        var root = $"{(transport == "tls" ? "https" : "http")}://{host.EndPoint}";
        Assert.Equal(_content, await http.GetByteArrayAsync(root + "/").Within("the file"));
        Assert.Equal("text", await http.GetStringAsync(root + "/text").Within("a text on the same connection"));
        Assert.Equal(
            _content[1000..3_000_001], await http.GetByteArrayAsync(root + "/part?1000-3000001").Within("a part"));
        Assert.Empty(await http.GetByteArrayAsync(root + "/part?7-7").Within("an empty part"));
        Assert.Equal(_content[^1..], await http.GetByteArrayAsync($"{root}/part?{Size - 1}-{Size}").Within("a byte"));
        Assert.Equal(5, (await host.StatisticsAsync()).Requests);
        Assert.InRange((await DescribeAsync(host)).BytesSent, Size + 2_999_002, Size + 3_100_000);
        await ExpectNoFileOpenAsync();
    }

    [SkippableFact]
    public async Task Sockets_send_by_the_kernel()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux has a sendfile that we call.");
        Assert.True(SendFile.IsSupported);
        await using var host = await HttpHost.StartAsync(FileAsync);
        using var client = await Pacing.ConnectNarrowAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
        await client.ReadResponseAsync(toHead: true).Within("the head");

        // Nothing of the file is on the way in memory, and all of it is counted.
        var statistics = await host.StatisticsAsync();
        Assert.Equal(0, statistics.BufferedBytes);
        var described = await DescribeAsync(host);
        Assert.InRange(described.BytesBuffered, Size / 2, Size);
        Assert.Equal(ExchangeState.Answering, Assert.Single(described.Exchanges).State);
    }

    [Fact]
    public async Task An_access_log_counts_what_a_large_output_buffer_took()
    {
        var lines = new ConcurrentQueue<string>();
        HttpHandler handler = FileAsync;
        await using var host = await HttpHost.StartAsync(
            handler.Inside(AccessLog.To(lines.Enqueue, AccessLogFormat.Common)),
            HttpServerSettings.Default with
            {
                Tcp = TcpSettings.Default with
                {
                    Connection = ConnectionSettings.Default with { OutputHighMark = 2 * Size },
                },
            });
        using var client = await Pacing.ConnectNarrowAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
        await client.ReadResponseAsync(toHead: true).Within("the head");
        await Pacing.UntilAsync(() => Task.FromResult(lines.Count == 1), "a line for what the connection has");
        Assert.EndsWith($" 200 {Size}", lines.Single(), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_access_log_leaves_that_to_the_kernel_and_counts_it()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only Linux has a sendfile that we call.");
        var lines = new ConcurrentQueue<string>();
        HttpHandler handler = FileAsync;
        await using var host = await HttpHost.StartAsync(
            handler.Inside(AccessLog.To(lines.Enqueue, AccessLogFormat.Common)));
        using (var client = await Pacing.ConnectNarrowAsync(host.EndPoint))
        {
            await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
            await client.ReadResponseAsync(toHead: true).Within("the head");
            Assert.Equal(0, (await host.StatisticsAsync()).BufferedBytes);
            Assert.InRange((await DescribeAsync(host)).BytesBuffered, Size / 2, Size);
            client.Reset();
        }

        await Pacing.UntilAsync(() => Task.FromResult(lines.Count == 1), "a line for the answer that was left");
        using var http = new HttpClient();
        foreach (var path in new[] { "", "part?1000-3001", "part?7-7" })
        {
            var count = lines.Count;
            await http.GetByteArrayAsync(new Uri(host.Uri, path)).Within("a file");
            await Pacing.UntilAsync(() => Task.FromResult(lines.Count > count), "a line for the answer");
        }

        var counts = lines.Select(x => int.Parse(x[x.LastIndexOf(' ')..], CultureInfo.InvariantCulture)).ToList();
        Assert.InRange(counts[0], 1, Size - 1);
        Assert.Equal([Size, 2001, 0], counts[1..]);
        await ExpectNoFileOpenAsync();
    }

    [Theory]
    [InlineData("keep-alive")]
    [InlineData("close")]
    public async Task Pipelined_answers_wait_for_a_file_and_slow_readers_get_all(string connection)
    {
        await using var host = await HttpHost.StartAsync(FileAsync);
        using var client = await Pacing.ConnectNarrowAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes(
            "GET /text HTTP/1.1|Host: a||GET / HTTP/1.1|Host: a||"
            + $"GET /text HTTP/1.1|Host: a|Connection: {connection}||"));
        Assert.Equal("text", (await client.ReadResponseAsync().Within("the first")).Body);
        Assert.Equal($"{Size}", (await client.ReadResponseAsync(toHead: true).Within("a head"))["Content-Length"]);
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var left = Size; left > 0;)
        {
            var bytes = await client.ReadBytesAsync(Math.Min(left, 10_000)).Within("bytes of the file");
            hash.AppendData(bytes.Span);
            left -= bytes.Length;
        }

        Assert.Equal(SHA256.HashData(_content), hash.GetHashAndReset());
        Assert.Equal("text", (await client.ReadResponseAsync().Within("the last")).Body);
        await ExpectNoFileOpenAsync();
    }

    [Theory]
    [MemberData(nameof(PlainTransports))]
    public async Task A_file_that_becomes_shorter_breaks_the_connection(string transport)
    {
        await using var host = await HttpHost.StartAsync(FileAsync, Settings(transport));
        using var client = await Pacing.ConnectNarrowAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
        await client.ReadResponseAsync(toHead: true).Within("the head");
        await using (var file = new FileStream(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(Size / 1000);
        var read = await client.DrainAsync().Within("the end");
        Assert.InRange(read, 0, Size - 1);
        Assert.Equal(1, (await host.StatisticsAsync()).Failed);
        await ExpectNoFileOpenAsync();
        await host.AnswersAsync(Waiting.Patience);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reader_that_leaves_or_stalls_ends_it_and_closes_the_file(bool leaves)
    {
        var settings = leaves
            ? HttpServerSettings.Default
            : SlowPeerTests.Impatient with { RequestHeadersTimeout = null, MinResponseDataRate = null };
        await using var host = await HttpHost.StartAsync(FileAsync, settings);
        using var client = await Pacing.ConnectNarrowAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
        await client.ReadResponseAsync(toHead: true).Within("the head");
        if (leaves)
            client.Reset();
        await Pacing.UntilAsync(
            async () => (await host.Binding.GetStatisticsAsync()).Open == 0, "the connection ended");
        await ExpectNoFileOpenAsync();
    }

    [Fact]
    public async Task A_drain_that_passes_its_deadline_closes_the_file()
    {
        await using var host = await HttpHost.StartAsync(FileAsync);
        using var client = await Pacing.ConnectNarrowAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
        await client.ReadResponseAsync(toHead: true).Within("the head");
        await host.Binding.DrainAsync(TimeSpan.Zero).Within("the end of the server");
        await ExpectNoFileOpenAsync();
        Assert.InRange(await client.DrainAsync().Within("the end"), 0, Size - 1);
    }

    [Fact]
    public async Task Nothing_is_sent_of_a_file_for_HEAD()
    {
        await using var host = await HttpHost.StartAsync(FileAsync);
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("HEAD / HTTP/1.1|Host: a||GET /text HTTP/1.1|Host: a||"));
        Assert.Equal($"{Size}", (await client.ReadResponseAsync(toHead: true).Within("a head"))["Content-Length"]);
        Assert.Equal("text", (await client.ReadResponseAsync().Within("the next answer")).Body);
        await ExpectNoFileOpenAsync();
    }

    private static HttpServerSettings Settings(string transport)
    {
        var tcp = TcpSettings.Default;
        tcp = transport switch
        {
            "inline" => tcp with { Connection = tcp.Connection with { InlineCompletions = true } },
            "akka-io" => tcp with { Transport = TcpTransport.AkkaIo },
            "tls" => tcp with
            {
                Tls = new TlsServerSettings { Certificate = TlsCertificate.From(DevelopmentCertificate.Create()) },
            },
            "wire-log" => tcp with { WireLog = new WireLogSettings { Level = Akka.Event.LogLevel.DebugLevel } },
            _ => tcp,
        };
        return HttpServerSettings.Default with { Tcp = tcp };
    }

    private static Task<ConnectionDescription> DescribeAsync(HttpHost host) => host.Binding.Actor
        .Ask<ConnectionDescription>(new ServerProtocol.DescribeConnection(1)).Within("a description");

    private ValueTask<HttpResponse> FileAsync(HttpRequest request)
    {
        if (request.Path == "/part")
        {
            var range = request.Query!.Split('-').Select(int.Parse).ToArray();
            return new(HttpResponse.File(_path, range[0], range[1] - range[0]));
        }

        return new(request.Path == "/" ? HttpResponse.File(_path) : HttpResponse.Text("text"));
    }

    private Task ExpectNoFileOpenAsync() => Pacing.UntilAsync(
        () => Task.FromResult(!IsOpen()), "the server closed the file");

    private bool IsOpen()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        var path = Path.GetFullPath(_path);
        return Directory.EnumerateFiles("/proc/self/fd").Any(
            x => new FileInfo(x) is var link && string.Equals(link.LinkTarget, path, StringComparison.Ordinal));
    }
}
