using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>Half-close, and clients that disappear.</summary>
public class PeerLeavesTests : ServerHarness
{
    private const string Get = "GET / HTTP/1.1\nHost: h\n\n";

    [Fact]
    public async Task A_half_closed_client_gets_its_answers_and_then_the_close()
    {
        var handler = new ManualHandler();
        var server = Serve(handler.Handle);
        var client = server.Connect();
        await client.SendAsync("GET /1 HTTP/1.1\nHost: h\n\nGET /2 HTTP/1.1\nHost: h\n\n");
        client.Peer.HalfClose();
        await WatchAsync(client.Actor);
        var request = await handler.ExpectAsync(2, client);
        handler.Answer("/1");
        Assert.EndsWith("/1", await client.ReadAnswerAsync());
        Assert.False(request.Aborted.IsCancellationRequested);
        handler.Answer("/2");
        Assert.EndsWith("/2", await client.ReadAnswerAsync());
        await client.ExpectEndAsync();
        await ExpectTerminatedAsync(client.Actor);
        Assert.False(request.Aborted.IsCancellationRequested);
        await server.ExpectNothingLeftAsync();
    }

    [Fact]
    public async Task A_half_closed_client_gets_requests_answered_that_were_not_read_yet()
    {
        var handler = new ManualHandler();
        var client = Serve(handler.Handle, x => x with { PipeliningLimit = 1 }).Connect();
        await client.SendAsync("GET /1 HTTP/1.1\nHost: h\n\nPOST /2 HTTP/1.1\nHost: h\nContent-Length: 1\n\nx");
        client.Peer.HalfClose();
        await handler.ExpectAsync(1, client);
        handler.Answer("/1");
        await handler.ExpectAsync(2, client);
        handler.Answer("/2");
        Assert.EndsWith("/1", await client.ReadAnswerAsync());
        Assert.EndsWith("/2", await client.ReadAnswerAsync());
        await client.ExpectEndAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_half_close_or_a_drain_during_a_streamed_answer_ends_the_connection_after_it(bool drains)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = Serve(_ => HttpResponse.Of(HttpBody.From(Elements())));
        var client = server.Connect();
        await client.SendAsync(Get);
        await client.ReadUntilAsync("a\n");
        if (drains)
            client.Actor.Tell(ConnectionMessages.Drain.Instance);
        else
            client.Peer.HalfClose();
        await client.SettleAsync();
        gate.SetResult();
        Assert.Equal("1\nb\n0\n\n", await client.ReadToEndAsync());
        await server.ExpectNothingLeftAsync();

        async IAsyncEnumerable<ReadOnlyMemory<byte>> Elements()
        {
            yield return "a"u8.ToArray();
            await gate.Task;
            yield return "b"u8.ToArray();
        }
    }

    [Fact]
    public async Task An_end_before_any_request_is_a_plain_close()
    {
        var client = Serve(Answering("")).Connect();
        client.Peer.HalfClose();
        await client.ExpectEndAsync();
        client = Serve(Answering("")).Connect();
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(200);
        client.Peer.HalfClose();
        await client.ExpectEndAsync();
    }

    [Theory]
    [InlineData("G")]
    [InlineData("GET / HTTP/1.1\nHost: h\n")]
    public async Task An_end_inside_a_head_gives_400(string text)
    {
        var client = Serve(Answering("")).Connect();
        await client.SendAsync(text);
        client.Peer.HalfClose();
        await client.ExpectStatusAsync(400, closes: true);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("hel", true)]
    [InlineData("", false)]
    [InlineData("hel", false)]
    public async Task An_end_inside_a_content_aborts_the_request(string sent, bool reads)
    {
        var failure = new TaskCompletionSource<Exception>();
        var aborted = new TaskCompletionSource();
        var server = Serve(async request =>
        {
            using var registration = request.Aborted.Register(() => aborted.TrySetResult());
            if (!reads)
                await aborted.Task;
            var fault = await Record.ExceptionAsync(() => request.Body.ReadBytesAsync().AsTask());
            failure.SetResult(fault!);
            await aborted.Task;
            return HttpResponse.Text("");
        });
        var client = server.Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nContent-Length: 5\n\n" + sent);
        await client.SettleAsync();
        client.Peer.HalfClose();
        await aborted.Task.Within("Aborted fired");
        Assert.IsType<Aleph.Actors.Http.HttpMessageException>(await failure.Task.Within("the reader failed"));
        await server.ExpectNothingLeftAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reset_aborts_the_running_request_off_the_turn(bool isSafe)
    {
        var aborted = new TaskCompletionSource<bool>();
        var started = new TaskCompletionSource();
        TestClient? client = null;
        var server = Serve(async request =>
        {
            // The test kit leaves its own cell on threads of the pool.
            request.Aborted.Register(() => aborted.SetResult(
                Akka.Actor.Internal.InternalCurrentActorCellKeeper.Current?.Self.Path.Name != client?.Actor.Path.Name));
            started.SetResult();
            await Task.Delay(Timeout.Infinite, request.Aborted);
            return HttpResponse.Text("");
        });
        client = server.Connect();
        await client.SendAsync($"{(isSafe ? "GET" : "POST")} / HTTP/1.1\nHost: h\nContent-Length: 0\n\n");
        await started.Task.Within("the handler started");
        client.Peer.Reset();
        Assert.True(await aborted.Task.Within("Aborted fired"));
        await server.ExpectNothingLeftAsync();
        Assert.Empty(Logged.Errors);
    }

    [Fact]
    public async Task An_answer_to_a_client_that_left_is_dropped_without_a_warning()
    {
        var log = CreateTestProbe();
        Sys.EventStream.Subscribe(log, typeof(Debug));
        var handler = new ManualHandler();
        var client = Serve(handler.Handle).Connect();
        await WatchAsync(client.Actor);
        await client.SendAsync(Get);
        await handler.ExpectAsync(1, client);
        client.Peer.Reset();
        await ExpectTerminatedAsync(client.Actor);
        handler.Answer("/");
        await log.FishForMessageAsync(
            x => $"{x}".Contains("GET / left before its answer", StringComparison.Ordinal),
            Waiting.Patience);
        Assert.DoesNotContain(Logged.Events, x => $"{x}".Contains("GET /", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Aborted_never_fires_after_the_answer()
    {
        var seen = new TaskCompletionSource<HttpRequest>();
        var client = Serve(request =>
        {
            _ = request.Aborted;
            seen.SetResult(request);
            return HttpResponse.Text("");
        }).Connect();
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(200);
        await WatchAsync(client.Actor);
        client.Peer.Reset();
        await ExpectTerminatedAsync(client.Actor);
        Assert.False((await seen.Task).Aborted.IsCancellationRequested);
    }

    [Fact]
    public async Task A_request_that_waits_behind_others_never_runs_after_a_reset()
    {
        var handler = new ManualHandler();
        var server = Serve(handler.Handle);
        var client = server.Connect();
        await WatchAsync(client.Actor);
        await client.SendAsync("GET /1 HTTP/1.1\nHost: h\n\nPOST /2 HTTP/1.1\nHost: h\nContent-Length: 0\n\n");
        await handler.ExpectAsync(1, client);
        client.Peer.Reset();
        await ExpectTerminatedAsync(client.Actor);
        handler.Answer("/1");
        Assert.Single(handler.Requests);
        await server.ExpectNothingLeftAsync();
    }
}
