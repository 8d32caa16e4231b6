using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Aleph.Actors.Http.Sse;

namespace Aleph.Actors.Http;

/// <summary>Reads answers of server-sent events (the HTML standard's EventSource).</summary>
public static class EventReading
{
    /// <summary>The default of the most bytes of one event: 1 MiB.</summary>
    public const int DefaultEventLimit = 1024 * 1024;

    /// <summary>
    /// Reads the events of an answer as they come, until the server ends it. Ending the enumeration gives the rest up.
    /// It does not connect again: the last event's <see cref="SseItem{T}.EventId"/> is what a new request says in
    /// <c>Last-Event-ID</c>.
    /// </summary>
    /// <param name="response">Of the media type text/event-stream.</param>
    /// <param name="limit">About the most bytes of one event, comments before it included; at least 1.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="HttpClientException">The answer is of another media type or has no success status, an event is
    /// longer than the limit, or the connection ended early.</exception>
    public static async IAsyncEnumerable<SseItem<string>> ReadEventsAsync(
        this HttpResponse response, int limit = DefaultEventLimit,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        using var owned = response;
        var type = response.Headers["Content-Type"];
        var bare = type?.Split(';')[0].Trim();
        if (response.Status.Code != 200 || !"text/event-stream".Equals(bare, StringComparison.OrdinalIgnoreCase))
        {
            throw new HttpClientException(
                HttpClientFailure.Content,
                $"The answer is {response.Status.Code} of type {type ?? "none"}, not 200 of text/event-stream.");
        }

        var stream = new EventStream(response.Body.AsStream(), limit);
        await using (stream.ConfigureAwait(false))
        {
            await foreach (var item in SseParser.Create(stream).EnumerateAsync(cancellationToken)
                .ConfigureAwait(false))
            {
                stream.OnEvent();
                yield return item;
            }
        }
    }
}
