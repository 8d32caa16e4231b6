using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>Every time limit: nothing just before it, the right end just after it.</summary>
public class TimeoutTests : ServerHarness
{
    private const string Get = "GET / HTTP/1.1\nHost: h\n\n";

    [Fact]
    public async Task A_silent_connection_is_closed()
    {
        var client = Serve(Answering("")).Connect();
        var ended = client.ExpectEndAsync();
        await PassAsync(client, 29.9);
        await client.SettleAsync();
        Assert.False(ended.IsCompleted);
        await PassAsync(client, 0.2);
        await ended;
    }

    [Theory]
    [InlineData(99, false)]
    [InlineData(100, true)]
    public async Task A_handler_that_holds_up_a_loop_of_inline_completions_is_named_in_the_log(int ms, bool warns)
    {
        var server = Serve(
            request =>
            {
                Clock.Advance(TimeSpan.FromMilliseconds(ms));
                return HttpResponse.Text("done");
            },
            settings => settings with
            {
                Tcp = settings.Tcp with { Connection = settings.Tcp.Connection with { InlineCompletions = true } },
            });
        var client = server.Connect();
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(200);
        if (warns)
            await Logged.ExpectAsync("held up a loop of inline completions for 100 ms at [");
        else
            Assert.DoesNotContain(Logged.Events, x => $"{x}".Contains("held up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_slow_head_gives_408_once()
    {
        var server = Serve(Answering(""));
        var client = server.Connect();
        await client.SendAsync("GET / HT");
        await PassAsync(client, 20);
        await client.SendAsync("TP/1.1\nHos");
        await PassAsync(client, 9.9);
        Assert.Equal(0, client.Sends);
        await PassAsync(client, 0.2);
        await client.ExpectStatusAsync(408, closes: true);
        await client.SettleAsync();
        Assert.Equal(1, server.Context.Counters.Rejected);
        client.Peer.HalfClose();
        await server.ExpectNothingLeftAsync();
    }

    [Fact]
    public async Task A_slow_second_head_is_counted_from_its_first_byte()
    {
        var client = Serve(Answering("")).Connect();
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(200);
        await PassAsync(client, 100);
        await client.SendAsync("GET / HT");
        await PassAsync(client, 29.9);
        Assert.Equal(1, client.Sends);
        await PassAsync(client, 0.2);
        await client.ExpectStatusAsync(408, closes: true);
    }

    [Fact]
    public async Task An_idle_connection_is_closed()
    {
        var client = Serve(Answering("")).Connect();
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(200);
        await PassAsync(client, 129.9);
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(200);
        await PassAsync(client, 130.1);
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task A_running_handler_is_no_idleness()
    {
        var handler = new ManualHandler();
        var client = Serve(handler.Handle).Connect();
        await client.SendAsync(Get);
        await handler.ExpectAsync(1, client);
        await PassAsync(client, 1000);
        handler.Answer("/");
        await client.ExpectStatusAsync(200);
    }

    [Fact]
    public async Task A_slow_content_gives_408()
    {
        var reading = new TaskCompletionSource();
        var client = Serve(request => ReadAsync(request, reading)).Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nContent-Length: 10000\n\n");
        await reading.Task.Within("the handler reads");
        await client.SendAsync(new byte[2400]);
        await PassAsync(client, 9.9);
        Assert.Equal(0, client.Sends);
        await PassAsync(client, 0.2);
        await client.ExpectStatusAsync(408, closes: true);
        Assert.Empty(Logged.Errors);
    }

    [Fact]
    public async Task A_content_that_the_handler_does_not_read_is_not_slow()
    {
        var read = new TaskCompletionSource();
        var reading = new TaskCompletionSource();
        var client = Serve(async request =>
        {
            await read.Task;
            return await ReadAsync(request, reading);
        }).Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nContent-Length: 5\n\n");
        await PassAsync(client, 1000);
        read.SetResult();
        await reading.Task.Within("the handler reads");
        await PassAsync(client, 4.9);
        await client.SendAsync("hello");
        Assert.EndsWith("\n\nhello", await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task A_client_that_takes_nothing_is_reset()
    {
        var client = Serve(_ => HttpResponse.Bytes(new byte[1_000_000]), x => x with { MinResponseDataRate = null })
            .Connect();
        await client.SendAsync(Get);
        await PassAsync(client, 29.9);
        await StillOpenAsync(client);
        await PassAsync(client, 0.2);
        await client.ExpectResetAsync();
    }

    [Fact]
    public async Task A_client_that_takes_too_little_is_reset()
    {
        var client = Serve(_ => HttpResponse.Bytes(new byte[1_000_000]), x => x with { ResponseStallTimeout = null })
            .Connect();
        await client.SendAsync(Get);
        await PassAsync(client, 4.9);
        await client.Peer.ReadExactlyAsync(2400).Within("the first bytes");
        await PassAsync(client, 5);
        await StillOpenAsync(client);
        await PassAsync(client, 300);
        await client.ExpectResetAsync();
    }

    [Fact]
    public async Task A_slow_handler_gives_503_and_its_request_is_aborted()
    {
        var handler = new ManualHandler();
        var server = Serve(handler.Handle, x => x with { HandlerTimeout = TimeSpan.FromSeconds(10) });
        var client = server.Connect();
        await client.SendAsync("GET /1 HTTP/1.1\nHost: h\n\n");
        var request = await handler.ExpectAsync(1, client);
        await PassAsync(client, 5);

        // Later: nobody can see whether its answer reaches the connection before the time of the first runs out.
        await client.SendAsync("GET /2 HTTP/1.1\nHost: h\n\n");
        await handler.ExpectAsync(2, client);
        await PassAsync(client, 4.9);
        Assert.Equal(0, client.Sends);
        handler.Answer("/2");
        await PassAsync(client, 0.2);
        Assert.StartsWith("HTTP/1.1 503 ", await client.ReadAnswerAsync(), StringComparison.Ordinal);
        Assert.True(request.Aborted.IsCancellationRequested);
        Assert.EndsWith("/2", await client.ReadAnswerAsync());
        handler.Answer("/1");
        client.Peer.HalfClose();
        await client.ExpectEndAsync();
        await Logged.ExpectAsync("GET /1 came late or twice");
    }

    [Fact]
    public async Task A_request_that_waits_behind_others_is_not_late()
    {
        var handler = new ManualHandler();
        var client = Serve(handler.Handle, x => x with { HandlerTimeout = TimeSpan.FromSeconds(10) }).Connect();
        await client.SendAsync("GET /1 HTTP/1.1\nHost: h\n\nPOST /2 HTTP/1.1\nHost: h\nContent-Length: 0\n\n");
        await handler.ExpectAsync(1, client);
        await PassAsync(client, 9);
        handler.Answer("/1");
        Assert.EndsWith("/1", await client.ReadAnswerAsync());
        await handler.ExpectAsync(2, client);
        await PassAsync(client, 9);
        handler.Answer("/2");
        Assert.EndsWith("/2", await client.ReadAnswerAsync());
    }

    [Fact]
    public async Task A_rejected_client_that_stays_is_closed_after_the_drain_timeout()
    {
        var server = Serve(Answering(""));
        var client = server.Connect();
        await client.SendAsync("BAD\n\n");
        await client.ExpectStatusAsync(400, closes: true);
        await client.SendAsync("more");
        await PassAsync(client, 5.1);
        await server.ExpectNothingLeftAsync();
        await WatchAsync(client.Actor);
        await ExpectTerminatedAsync(client.Actor);
    }

    private static async ValueTask<HttpResponse> ReadAsync(HttpRequest request, TaskCompletionSource reading)
    {
        var content = request.Body.ReadBytesAsync();
        reading.SetResult();
        return HttpResponse.Bytes(await content);
    }

    private static async Task StillOpenAsync(TestClient client)
    {
        await client.SettleAsync();
        await client.SendAsync("\n");
    }
}
