using System.Net.ServerSentEvents;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Client;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Sse;

/// <summary>Server-sent events as a client reads them.</summary>
public sealed class EventReadingTests : ClientHarness
{
    private const string Head = "HTTP/1.1 200 OK|Content-Type: text/event-stream; charset=utf-8||";

    [Fact]
    public async Task Reads_each_event_as_it_comes_until_the_end()
    {
        var (response, server) = await OpenAsync(Head);
        await using var events = response.ReadEventsAsync().GetAsyncEnumerator();
        var next = events.MoveNextAsync().AsTask();
        await server.WriteAsync(": hello|event: greeting|id: 7|data: a|data: b||");
        Assert.True(await next.Within("the first event"));
        Assert.Equal(
            ("greeting", "7", "a\nb"), (events.Current.EventType, events.Current.EventId, events.Current.Data));
        next = events.MoveNextAsync().AsTask();
        await server.WriteAsync("data: c||data: cut");
        Assert.True(await next.Within("the second event"));
        Assert.Equal(("message", "c"), (events.Current.EventType, events.Current.Data));
        server.Peer.HalfClose();
        Assert.False(await events.MoveNextAsync().AsTask().Within("the end"));
    }

    [Fact]
    public async Task Ending_the_enumeration_ends_the_connection()
    {
        var (response, server) = await OpenAsync(Head + "data: a||");
        await foreach (var item in response.ReadEventsAsync())
        {
            Assert.Equal("a", item.Data);
            break;
        }

        await Assert.ThrowsAnyAsync<IOException>(server.ReadToEndAsync);
    }

    [Fact]
    public async Task An_event_without_end_fails_at_its_limit()
    {
        var (response, server) = await OpenAsync(Head);
        var reading = First(response, 1000);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            for (var i = 0; i < 10_000_000; i += 1000)
                await server.WriteAsync("data: " + new string('x', 1000) + "|");
        });
        var failure = await Assert.ThrowsAsync<HttpClientException>(() => reading.Within("a failure"));
        Assert.Equal(HttpClientFailure.Limit, failure.Failure);
    }

    [Fact]
    public async Task Many_events_together_may_exceed_the_limit_of_one()
    {
        var (response, server) = await OpenAsync(Head);
        var count = 0;
        var reading = Task.Run(async () =>
        {
            await foreach (var item in response.ReadEventsAsync(limit: 5000))
                count += item.Data.Length;
        });
        for (var i = 0; i < 100; i++)
            await server.WriteAsync("data: " + new string('x', 1000) + "||");
        server.Peer.HalfClose();
        await reading.Within("the end");
        Assert.Equal(100_000, count);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK|Content-Type: text/html|Content-Length: 0||")]
    [InlineData("HTTP/1.1 200 OK|Content-Length: 0||")]
    [InlineData("HTTP/1.1 500 x|Content-Type: text/event-stream|Content-Length: 0||")]
    public async Task An_answer_of_something_else_is_refused(string head)
    {
        var (response, _) = await OpenAsync(head);
        var failure = await Assert.ThrowsAsync<HttpClientException>(() => First(response, 1000).Within("a failure"));
        Assert.Equal(HttpClientFailure.Content, failure.Failure);
    }

    private static async Task<SseItem<string>> First(HttpResponse response, int limit)
    {
        await foreach (var item in response.ReadEventsAsync(limit))
            return item;
        throw new EndOfStreamException();
    }

    private async Task<(HttpResponse Response, ScriptedServer Server)> OpenAsync(string head)
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync(head);
        return (await answer.Within("the head"), server);
    }
}
