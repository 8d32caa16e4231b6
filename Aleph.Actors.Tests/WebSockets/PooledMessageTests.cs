using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.WebSockets;

/// <summary>Messages whose memory is pooled are the function's own until its task has ended.</summary>
public sealed class PooledMessageTests : IAsyncLifetime
{
    private static readonly int[] Sizes = [0, 1, 125, 126, 5_000, 70_000, 300_000, 64 * 1024];
    private static readonly WebSocketOptions Pooled = new() { PooledMessages = true };

    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HttpHost _host = null!;
    private Func<WebSocketConnection, WebSocketMessage, ValueTask> _handler = (socket, message) =>
        socket.SendAsync(message);

    // Small fragments, so that most messages come and go in several.
    private static WebSocketSettings Settings { get; } = WebSocketSettings.Default with
    {
        FragmentSize = 4096,
        Compression = false,
    };

    private string Url => $"ws://{_host.EndPoint}/";

    public async Task InitializeAsync() => _host = await HttpHost.StartAsync(
        request => new(HttpResponse.WebSocket(
            request, (socket, message) => _handler(socket, message), Pooled with { Settings = Settings })));

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Theory, InlineData(false), InlineData(true)]
    public async Task Are_what_was_sent_however_long_the_function_takes(bool waits)
    {
        _handler = async (socket, message) =>
        {
            var before = message.Bytes.ToArray();
            if (waits)
                await Task.Yield();
            Assert.Equal(before, message.Bytes.ToArray());
            await socket.SendAsync(message);
        };
        await Task.WhenAll(Enumerable.Range(1, 8).Select(async seed =>
        {
            var socket = await OpenAsync();
            foreach (var sent in Messages(seed))
            {
                await socket.SendAsync(sent).AsTask().Within("the message was sent");
                var received = await socket.ReceiveAsync().AsTask().Within("its echo");
                Assert.Equal(sent, received!.Bytes.ToArray());
            }

            await socket.CloseAsync().Within("the close");
        }));
    }

    [Fact]
    public async Task Are_what_was_sent_at_a_client_as_well()
    {
        var inbox = new System.Collections.Concurrent.ConcurrentQueue<byte[]>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var socket = await _host.System.Http().Client.WebSocketAsync(
            Url,
            async (_, message) =>
            {
                await Task.Yield();
                inbox.Enqueue(message.Bytes.ToArray());
                if (inbox.Count == Sizes.Length)
                    all.SetResult();
            },
            new WebSocketClientOptions { PooledMessages = true, Settings = Settings }).Within("the WebSocket opened");
        foreach (var message in Messages(7))
            await socket.SendAsync(message).AsTask().Within("the message was sent");
        await all.Task.Within("all echoes");
        Assert.Equal(Messages(7), inbox);
    }

    [Fact]
    public async Task Stay_the_functions_own_when_the_connection_breaks()
    {
        var isHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _handler = async (socket, message) =>
        {
            if (message.Bytes.Length != 70_001)
            {
                await socket.SendAsync(message);
                return;
            }

            isHeld.SetResult();
            await socket.Closed;
            await _gate.Task;
            ended.SetResult(!message.Bytes.Span.ContainsAnyExcept((byte)1));
        };
        var broken = await OpenAsync();
        await broken.SendAsync(Enumerable.Repeat((byte)1, 70_001).ToArray()).AsTask().Within("the message was sent");
        await isHeld.Task.Within("the function has the message");
        broken.Abort();

        // What others receive would lie where the message lies, had that been given back.
        var other = await OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            await other.SendAsync(Enumerable.Repeat((byte)2, 70_000).ToArray()).AsTask().Within("a message was sent");
            await other.ReceiveAsync().AsTask().Within("its echo");
        }

        _gate.SetResult();
        Assert.True(await ended.Task.Within("the function ended"), "the message was overwritten");
    }

    [Fact]
    public async Task A_function_that_fails_closes_as_ever()
    {
        _handler = async (_, _) =>
        {
            await Task.Yield();
            throw new InvalidOperationException("on purpose");
        };
        var socket = await OpenAsync();
        await socket.SendAsync("x").AsTask().Within("the message was sent");
        Assert.Equal(WebSocketClose.InternalError, (await socket.Closed.Within("the close")).Code);
    }

    private static List<byte[]> Messages(int seed)
    {
        var random = new Random(seed);
        return [.. Sizes.Select(size =>
        {
            var bytes = new byte[size];
            random.NextBytes(bytes);
            return bytes;
        })];
    }

    private Task<WebSocketConnection> OpenAsync() => _host.System.Http().Client
        .WebSocketAsync(Url, new WebSocketClientOptions { Settings = Settings }).Within("the WebSocket opened");
}
