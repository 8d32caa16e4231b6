using System.Net.ServerSentEvents;
using Aleph.Actors.Http.Sse;

namespace Aleph.Actors.Http;

/// <summary>Answers of server-sent events (the HTML standard's EventSource).</summary>
public static class ServerSentEvents
{
    private static readonly HttpHeaders Fields = HttpHeaders.Of(
        ("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"));

    private static readonly TimeSpan DefaultKeepAlive = TimeSpan.FromSeconds(15);

    extension(HttpResponse)
    {
        /// <summary>
        /// An answer of events, each sent as soon as it is there. While none comes, comments keep the connection and
        /// what is between alive. When the client leaves, the enumerator is cancelled and disposed.
        /// </summary>
        /// <param name="events">The events; data of several lines is sent as several.</param>
        /// <param name="keepAlive">The time between comments, above 0;
        /// <see cref="Timeout.InfiniteTimeSpan"/> for none. Default 15 s.</param>
        /// <param name="time">Default the system's.</param>
        public static HttpResponse Events(
            IAsyncEnumerable<SseItem<string>> events, TimeSpan? keepAlive = null, TimeProvider? time = null)
        {
            ArgumentNullException.ThrowIfNull(events);
            var period = keepAlive ?? DefaultKeepAlive;
            if (period != Timeout.InfiniteTimeSpan)
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(period, TimeSpan.Zero, nameof(keepAlive));
            return new(default, Fields, HttpBody.From(new Lines(events, period, time ?? TimeProvider.System)));
        }
    }

    /// <summary>The id of the last event that a client which comes again has seen; null where it says none.</summary>
    public static string? LastEventId(this HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Headers["Last-Event-ID"];
    }

    private sealed class Lines(IAsyncEnumerable<SseItem<string>> events, TimeSpan keepAlive, TimeProvider time)
        : IAsyncEnumerable<ReadOnlyMemory<byte>>
    {
        public IAsyncEnumerator<ReadOnlyMemory<byte>> GetAsyncEnumerator(
            CancellationToken cancellationToken = default) =>
            new EventLines(events, keepAlive, time, cancellationToken);
    }
}
