using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>Many requests against servers and callers that misbehave: none lost, none doubled, nothing left.</summary>
public sealed class ClientLoadTests : ClientHarness
{
    [Theory]
    [InlineData(true, "GET", 10_000)]
    [InlineData(true, "POST", 10_000)]
    [InlineData(false, "GET", 5_000)]
    [InlineData(false, "POST", 5_000)]
    public async Task None_is_lost_or_doubled_at_a_server_that_closes_after_each_tenth(
        bool isAnnounced, string method, int count)
    {
        await using var server = new ClosingServer(10, isAnnounced);
        var client = Sys.Http().CreateClient(HttpPoolSettings.Default with { MaxConnections = 8 });
        var lost = new ConcurrentBag<string>();
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var id && id <= count)
            {
                try
                {
                    using var response = await client.SendAsync(HttpRequest.To(method, $"{server.Url}{id}"));
                    Assert.Equal($"/{id}", await response.Body.ReadTextAsync());
                }
                catch (HttpClientException failure) when (failure.Failure == HttpClientFailure.ConnectionEnded)
                {
                    lost.Add($"/{id}");
                }
            }
        })).Within(TimeSpan.FromSeconds(60), "all requests ended");

        // What was sent to a connection that ended silently may have been done: only its sender may send it again.
        if (isAnnounced || method == "GET")
            Assert.Empty(lost);
        var seen = server.Seen.GroupBy(x => x).ToDictionary(x => x.Key, x => x.Count());
        if (method == "POST")
            Assert.All(seen, x => Assert.Equal(1, x.Value));
        Assert.Equal(count, seen.Keys.Union(lost).Count());
        await ExpectAsync(
            client, HttpOrigin.Of(server.Url), x => x is { Active: 0, Queued: 0 }, "nothing is under way");
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_is_left_of_100000_requests_half_of_which_are_cancelled_somewhere()
    {
        await using var server = await ServeAsync((HttpHandler)(async request =>
        {
            if (request.Target.EndsWith('7'))
                await Task.Yield();
            return HttpResponse.Text(request.Target);
        }));
        var client = Sys.Http().CreateClient(HttpPoolSettings.Default with { MaxConnections = 32 });
        var url = UrlOf(server);
        var (answered, cancelled) = (0, 0);
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(async worker =>
        {
            var random = new Random(worker);
            while (Interlocked.Increment(ref next) is var id && id <= 100_000)
            {
                using var cancel = new CancellationTokenSource();
                var answer = client.GetAsync($"{url}{id}", cancel.Token);
                if (id % 2 == 0)
                {
                    for (var spin = random.Next(4); spin > 0; spin--)
                        await Task.Yield();
                    await cancel.CancelAsync();
                }

                try
                {
                    using var response = await answer;
                    Assert.Equal($"/{id}", await response.Body.ReadTextAsync());
                    Interlocked.Increment(ref answered);
                }
                catch (OperationCanceledException)
                {
                    Interlocked.Increment(ref cancelled);
                }
            }
        })).Within(TimeSpan.FromSeconds(180), "all requests ended");
        Assert.Equal(100_000, answered + cancelled);
        Assert.InRange(answered, 50_000, 100_000);

        // A connection whose request was cancelled counts as open until its actor has ended.
        await ExpectAsync(
            client, HttpOrigin.Of(url),
            x => x is { Active: 0, Queued: 0, Connecting: 0 } && x.Open == x.Idle, "all connections are idle");
    }

    [Fact]
    public async Task Nothing_is_left_of_10000_abandoned_answers()
    {
        await using var server = await ServeAsync(
            _ => HttpResponse.Of(HttpBody.From(Elements(600_000), 600_000)));
        var client = Sys.Http().CreateClient(HttpPoolSettings.Default with
        {
            MaxConnections = 16,
            UnreadTimeout = TimeSpan.FromMilliseconds(1),
            DrainSize = 1000,
        });
        var url = UrlOf(server);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async worker =>
        {
            for (var i = 0; i < 625; i++)
            {
                var response = await client.GetAsync(url);
                if (worker % 2 == 0)
                    response.Dispose();
            }
        })).Within(TimeSpan.FromSeconds(180), "all requests were answered");
        await ExpectAsync(
            client, HttpOrigin.Of(url), x => x is { Active: 0, Queued: 0, Requests: 10_000 }, "nothing is under way");
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Elements(int size)
    {
        await Task.CompletedTask;
        for (; size > 0; size -= 10_000)
            yield return new byte[Math.Min(size, 10_000)];
    }

    /// <summary>Answers with the target, and closes each connection after so many answers.</summary>
    private sealed class ClosingServer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly int _answers;
        private readonly bool _isAnnounced;
        private readonly Task _accepting;

        public ClosingServer(int answers, bool isAnnounced)
        {
            (_answers, _isAnnounced) = (answers, isAnnounced);
            _listener.Start(256);
            _accepting = AcceptAsync();
        }

        public ConcurrentQueue<string> Seen { get; } = new();

        public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _accepting.Within("the server stopped");
        }

        private async Task AcceptAsync()
        {
            try
            {
                while (true)
                    _ = ServeAsync(await _listener.AcceptSocketAsync());
            }
            catch (Exception stopped) when (stopped is SocketException or InvalidOperationException)
            {
                // Stopped, perhaps before it accepted again.
            }
        }

        private async Task ServeAsync(Socket socket)
        {
            using var owned = socket;
            var buffer = new byte[4096];
            try
            {
                for (var i = 1; i <= _answers; i++)
                {
                    var head = "";
                    while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
                    {
                        var count = await socket.ReceiveAsync(buffer);
                        if (count == 0)
                            return;
                        head += Encoding.ASCII.GetString(buffer, 0, count);
                    }

                    var target = head.Split(' ')[1];
                    Seen.Enqueue(target);
                    var close = _isAnnounced && i == _answers ? "Connection: close\r\n" : "";
                    await socket.SendAsync(Encoding.ASCII.GetBytes(
                        $"HTTP/1.1 200 OK\r\n{close}Content-Length: {target.Length}\r\n\r\n{target}"));
                }
            }
            catch (SocketException)
            {
                // The client has gone.
            }
        }
    }
}
