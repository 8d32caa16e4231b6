using System.Buffers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Aleph.Actors.Http.Sse;

namespace Aleph.Actors.Http;

/// <summary>Answers of server-sent events (the HTML standard's EventSource).</summary>
public static class ServerSentEvents
{
    private static readonly HttpHeaders Fields = HttpHeaders.Of(
        ("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache"));

    // A buffer that became larger for one event is not kept for all that follow.
    private const int LargeText = 16 * 1024;

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
            return new(default, Fields, HttpBody.From(Lines(events, period, time ?? TimeProvider.System)));
        }
    }

    /// <summary>The id of the last event that a client which comes again has seen; null where it says none.</summary>
    public static string? LastEventId(this HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Headers["Last-Event-ID"];
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Lines(
        IAsyncEnumerable<SseItem<string>> events, TimeSpan keepAlive, TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var source = new QuietSource(events.GetAsyncEnumerator(ended.Token), keepAlive, time, cancellationToken);
        var text = new ArrayBufferWriter<byte>();
        try
        {
            while (true)
            {
                source.Move();
                while (!source.HasMoved)
                {
                    var isQuiet = await source.WaitAsync().ConfigureAwait(false);
                    cancellationToken.ThrowIfCancellationRequested();
                    if (isQuiet)
                        yield return ":\n\n"u8.ToArray();
                }

                if (!source.TakeResult())
                    break;
                text.ResetWrittenCount();
                EventText.Write(source.Current, text);
                yield return text.WrittenMemory;
                source.EndQuiet();
                if (text.Capacity > LargeText)
                    text = new ArrayBufferWriter<byte>();
            }
        }
        finally
        {
            try
            {
                await ended.CancelAsync().ConfigureAwait(false);
            }
            finally
            {
                source.Leave();
            }
        }
    }
}
