using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text;

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
        var source = events.GetAsyncEnumerator(ended.Token);
        var next = Task.FromResult(false);
        var quiet = new QuietTime(keepAlive, time, ended.Token);
        try
        {
            while (true)
            {
                next = source.MoveNextAsync().AsTask();
                while (!next.IsCompleted)
                {
                    var isDue = await quiet.IsDueAsync(next).ConfigureAwait(false);
                    cancellationToken.ThrowIfCancellationRequested();
                    if (isDue)
                        yield return ":\n\n"u8.ToArray();
                }

                if (!await next.ConfigureAwait(false))
                    break;
                yield return Encoding.UTF8.GetBytes(Text(source.Current));
                quiet.Ends();
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            _ = EndAsync(source, next);
        }
    }

    /// <summary>An enumerator must not be disposed while it moves; one that heeds no token may move for long.</summary>
    private static async Task EndAsync(IAsyncEnumerator<SseItem<string>> source, Task next)
    {
        await next.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await source.DisposeAsync().ConfigureAwait(false);
    }

    private static string Text(SseItem<string> item)
    {
        var text = new StringBuilder();
        if (item.EventType is { Length: > 0 } type && type != SseParser.EventTypeDefault)
            text.Append("event: ").Append(type).Append('\n');
        if (item.EventId is { } id)
            text.Append("id: ").Append(id).Append('\n');
        if (item.ReconnectionInterval is { } retry)
            text.Append("retry: ").Append((long)retry.TotalMilliseconds).Append('\n');

        var data = item.Data ?? "";
        if (!data.AsSpan().ContainsAny('\r', '\n'))
            return text.Append("data: ").Append(data).Append("\n\n").ToString();

        // All that ends a line in the standard; a bare CR, too.
        data = data.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        foreach (var line in data.Split('\n'))
            text.Append("data: ").Append(line).Append('\n');
        return text.Append('\n').ToString();
    }

    /// <summary>
    /// For how long nothing was sent. One delay at a time, which is left to run out when an event comes before, so that
    /// an event costs no timer.
    /// </summary>
    private sealed class QuietTime(TimeSpan limit, TimeProvider time, CancellationToken cancellation)
    {
        private long _since = time.GetTimestamp();
        private Task? _delay;

        public void Ends() => _since = time.GetTimestamp();

        /// <summary>Waits for a task, for the limit, or to be cancelled; true when the limit has passed, and begins
        /// anew.</summary>
        public async ValueTask<bool> IsDueAsync(Task next)
        {
            var isEndless = limit == Timeout.InfiniteTimeSpan;
            _delay ??= Task.Delay(isEndless ? limit : Left(), time, cancellation);
            await Task.WhenAny(next, _delay).ConfigureAwait(false);
            if (!_delay.IsCompleted)
                return false;
            _delay = null;
            if (next.IsCompleted || isEndless || Left() > TimeSpan.Zero)
                return false;
            Ends();
            return true;
        }

        private TimeSpan Left()
        {
            // Up to the next millisecond: a delay drops what is less, and would be over before the time.
            var left = (limit - time.GetElapsedTime(_since)).TotalMilliseconds;
            return left > 0 ? TimeSpan.FromMilliseconds(Math.Ceiling(left)) : TimeSpan.Zero;
        }
    }
}
