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
        try
        {
            while (true)
            {
                next = source.MoveNextAsync().AsTask();
                while (!await CameAsync(next, keepAlive, time, cancellationToken).ConfigureAwait(false))
                    yield return ":\n\n"u8.ToArray();
                if (!await next.ConfigureAwait(false))
                    break;
                yield return Encoding.UTF8.GetBytes(Text(source.Current));
            }
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            _ = EndAsync(source, next);
        }
    }

    /// <summary>Whether the task ended before the time was up.</summary>
    private static async Task<bool> CameAsync(
        Task task, TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        if (task.IsCompleted)
            return true;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tick = Task.Delay(limit, time, stop.Token);
        var first = await Task.WhenAny(task, tick).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return first == task;
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

        // All that ends a line in the standard; a bare CR, too.
        var data = (item.Data ?? "").Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        foreach (var line in data.Split('\n'))
            text.Append("data: ").Append(line).Append('\n');
        return text.Append('\n').ToString();
    }
}
