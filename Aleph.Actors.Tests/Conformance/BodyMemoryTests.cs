using System.Diagnostics;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>
/// A gibibyte in each direction past somebody slow: what an exchange holds is counted, and measured on the live heap of
/// the process while everybody is held back. Client and server share the process; the client reuses one buffer.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class BodyMemoryTests
{
    private const long Total = 1L << 30;
    private const long Stretch = 128L << 20;
    private const long HeldAtMost = 2 << 20;

    private readonly Samples _samples = new();

    [Fact]
    [Trait("Category", "Long")]
    public async Task A_gibibyte_uploaded_to_a_slow_handler_holds_little()
    {
        var client = default(Upload);
        var host = default(HttpHost);
        await using var server = host = await HttpHost.StartAsync(
            ReadAsync, HttpServerSettings.Default with { MaxBodySize = null });
        await WarmUpAsync(server);

        client = await Upload.StartAsync(server, Total);
        var answer = await client.AnswerAsync().Within(TimeSpan.FromSeconds(60), "the upload was answered");
        Assert.Equal($"{Total}", answer.Body);
        _samples.Check();

        async ValueTask<HttpResponse> ReadAsync(HttpRequest request)
        {
            long read = 0;
            await foreach (var element in request.Body.ReadElementsAsync())
            {
                if (read / Stretch < (read += element.Length) / Stretch && read < Total)
                {
                    // Slow: everything between the client and here fills up meanwhile.
                    await Pacing.UntilQuietAsync(() => client?.Sent ?? 0);
                    await _samples.TakeAsync(host!);
                }
            }

            return HttpResponse.Text($"{read}");
        }
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task A_gibibyte_downloaded_slowly_holds_little()
    {
        var body = new ZeroStream(Total);
        await using var host = await HttpHost.StartAsync(
            request => request.Path == "/big"
                ? new(HttpResponse.Of(HttpBody.From(body)))
                : HttpHost.DescribeAsync(request),
            HttpServerSettings.Default with { MaxBodySize = null });
        await WarmUpAsync(host);

        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET /big HTTP/1.1|Host: a|Connection: close||"));
        long read = 0;
        for (int count; (count = await client.ReadSomeAsync(64 * 1024)) > 0; read += count)
        {
            if (read / Stretch < (read + count) / Stretch && read < Total - (Stretch / 2))
            {
                await Pacing.UntilQuietAsync(() => body.Position);
                await _samples.TakeAsync(host);
            }
        }

        Assert.True(read > Total, $"only {read} bytes came: {client.Fate}");
        _samples.Check();
    }

    private async Task WarmUpAsync(HttpHost host)
    {
        await Pacing.UntilProcessIsQuietAsync();
        await host.AnswersAsync(Waiting.Patience);
        using (var upload = await Upload.StartAsync(host, Stretch - 1))
            await upload.AnswerAsync().Within("the warm-up was answered");
        _samples.Begin();
    }

    /// <summary>What was measured.</summary>
    private sealed class Samples
    {
        private readonly List<(long Counted, long Live, long Resident)> _all = [];
        private long _before;

        public void Begin() => _before = LiveHeap();

        public async Task TakeAsync(HttpHost host)
        {
            var counted = (await host.StatisticsAsync()).BufferedBytes;
            using var process = Process.GetCurrentProcess();
            _all.Add((counted, LiveHeap() - _before, process.WorkingSet64));
        }

        public void Check()
        {
            Assert.InRange(_all.Count, 4, 8);
            Assert.All(_all, x => Assert.InRange(x.Counted, 1, HeldAtMost));
            Assert.All(_all, x => Assert.InRange(x.Live, long.MinValue, HeldAtMost));
            Assert.InRange(_all[^1].Resident - _all[1].Resident, long.MinValue, 32 << 20);
        }

        private static long LiveHeap()
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
            return GC.GetTotalMemory(forceFullCollection: false);
        }
    }

    /// <summary>A client that sends as fast as it may.</summary>
    private sealed class Upload : IDisposable
    {
        private readonly RawClient _client;
        private readonly Task _sending;
        private long _sent;

        private Upload(RawClient client, long size)
        {
            _client = client;
            _sending = Task.Run(() => SendAsync(size));
        }

        public long Sent => Volatile.Read(ref _sent);

        public static async Task<Upload> StartAsync(HttpHost host, long size) =>
            new(await RawClient.ConnectAsync(host.EndPoint), size);

        public async Task<RawResponse> AnswerAsync()
        {
            await _sending;
            return await _client.ReadResponseAsync();
        }

        public void Dispose() => _client.Dispose();

        private async Task SendAsync(long size)
        {
            await _client.SendAsync(RawClient.Bytes($"POST / HTTP/1.1|Host: a|Content-Length: {size}||"));
            var block = new byte[64 * 1024];
            while (_sent < size)
            {
                var part = block.AsMemory(0, (int)Math.Min(block.Length, size - _sent));
                Volatile.Write(ref _sent, _sent + await _client.Socket.SendAsync(part));
            }
        }
    }
}
