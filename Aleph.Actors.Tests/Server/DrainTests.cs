using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Server;

/// <summary>A connection that is told to drain, or whose actor is stopped.</summary>
public class DrainTests : ServerHarness
{
    private const string Get = "GET / HTTP/1.1\nHost: h\n\n";

    [Fact]
    public async Task An_idle_connection_that_was_served_closes_at_once()
    {
        var client = Serve(Answering("")).Connect();
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(200);
        await WatchAsync(client.Actor);
        Drain(client);
        await client.ExpectEndAsync();
        await ExpectTerminatedAsync(client.Actor);
    }

    [Fact]
    public async Task A_first_request_on_its_way_is_answered_with_a_close()
    {
        var client = Serve(Answering("")).Connect();
        Drain(client);
        await PassAsync(client, 0.9);
        await client.SendAsync(Get);
        await client.ExpectStatusAsync(200, closes: true);
    }

    [Fact]
    public async Task A_first_request_that_began_in_time_may_take_as_long_as_any()
    {
        var client = Serve(Answering("")).Connect();
        Drain(client);
        await client.SettleAsync();
        await client.SendAsync("GET / HT");
        await PassAsync(client, 20);
        await client.SendAsync("TP/1.1\nHost: h\n\n");
        await client.ExpectStatusAsync(200, closes: true);
    }

    [Fact]
    public async Task A_first_request_that_does_not_come_is_awaited_for_a_moment_only()
    {
        var client = Serve(Answering("")).Connect();
        await WatchAsync(client.Actor);
        Drain(client);
        await PassAsync(client, 1.1);
        await client.ExpectEndAsync();
        await ExpectTerminatedAsync(client.Actor);
    }

    [Fact]
    public async Task A_first_request_is_not_awaited_where_the_settings_say_so()
    {
        var client = Serve(Answering(""), x => x with { DrainFirstRequestTimeout = TimeSpan.Zero }).Connect();
        Drain(client);
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task What_is_in_flight_is_answered_with_a_close()
    {
        var handler = new ManualHandler();
        var client = Serve(handler.Handle).Connect();
        await client.SendAsync("GET /1 HTTP/1.1\nHost: h\n\nGET /2 HTTP/1.1\nHost: h\n\n");
        await handler.ExpectAsync(2, client);
        Drain(client);
        Drain(client);
        await client.SendAsync("GET /3 HTTP/1.1\nHost: h\n\n");
        handler.Answer("/1");
        handler.Answer("/2");
        await client.ExpectStatusAsync(200);
        await client.ExpectStatusAsync(200, closes: true);
        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task A_held_request_is_answered_too()
    {
        var handler = new ManualHandler();
        var client = Serve(handler.Handle).Connect();
        await client.SendAsync("GET /1 HTTP/1.1\nHost: h\n\nPOST /2 HTTP/1.1\nHost: h\nContent-Length: 0\n\n");
        await handler.ExpectAsync(1, client);
        Drain(client);
        handler.Answer("/1");
        await client.ExpectStatusAsync(200);
        await handler.ExpectAsync(2, client);
        handler.Answer("/2");
        await client.ExpectStatusAsync(200, closes: true);
    }

    [Fact]
    public async Task A_request_half_received_is_answered_with_a_close()
    {
        var client = Serve(Answering("")).Connect();
        await client.SendAsync("GET / HT");
        await client.SettleAsync();
        Drain(client);
        await client.SettleAsync();
        await client.SendAsync("TP/1.1\nHost: h\n\n");
        await client.ExpectStatusAsync(200, closes: true);
    }

    [Fact]
    public async Task A_content_under_way_is_finished()
    {
        var client = Serve(async request => HttpResponse.Bytes(await request.Body.ReadBytesAsync())).Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nContent-Length: 5\n\nhe");
        await client.SettleAsync();
        Drain(client);
        await client.SendAsync("llo");
        await client.ExpectStatusAsync(200, closes: true);
    }

    [Fact]
    public async Task A_content_that_is_skipped_keeps_nobody()
    {
        var client = Serve(Answering("")).Connect();
        await client.SendAsync("POST / HTTP/1.1\nHost: h\nContent-Length: 50\n\nhe");
        await client.ExpectStatusAsync(200);
        Drain(client);
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task A_stop_flushes_what_is_written()
    {
        var client = Serve(_ => HttpResponse.Bytes(new byte[60_000]))
            .Connect(new MemoryTransportOptions { Capacity = 1000 });
        await client.SendAsync(Get);
        await client.SettleAsync();
        await WatchAsync(client.Actor);
        Sys.Stop(client.Actor);
        await ExpectTerminatedAsync(client.Actor);
        var answer = await client.ReadToEndAsync();
        Assert.Equal(60_000, answer.Length - answer.IndexOf("\n\n", StringComparison.Ordinal) - 2);
    }

    [Fact]
    public async Task A_stop_aborts_what_runs()
    {
        var handler = new ManualHandler();
        var server = Serve(handler.Handle);
        var client = server.Connect();
        await client.SendAsync(Get);
        var request = await handler.ExpectAsync(1, client);
        Sys.Stop(client.Actor);
        await client.ExpectEndAsync();
        Assert.True(request.Aborted.IsCancellationRequested);
        await server.ExpectNothingLeftAsync();
        handler.Answer("/");
    }

    private static void Drain(TestClient client) =>
        client.Actor.Tell(ConnectionMessages.Drain.Instance, ActorRefs.NoSender);
}
