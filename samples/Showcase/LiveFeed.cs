using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Showcase;

/// <summary>Gives each page the newest picture; a page that reads slowly misses older ones. Any thread.</summary>
internal sealed class LiveFeed
{
    private readonly Lock _lock = new();
    private readonly HashSet<Channel<string>> _pages = [];
    private string? _latest;

    public void Publish(string picture)
    {
        lock (_lock)
        {
            _latest = picture;
            foreach (var page in _pages)
                page.Writer.TryWrite(picture);
        }
    }

    public async IAsyncEnumerable<SseItem<string>> Pictures(
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var page = Channel.CreateBounded<string>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_lock)
        {
            if (_latest is not null)
                page.Writer.TryWrite(_latest);
            _pages.Add(page);
        }

        try
        {
            await foreach (var picture in page.Reader.ReadAllAsync(cancellation))
                yield return new SseItem<string>(picture, "picture");
        }
        finally
        {
            lock (_lock)
                _pages.Remove(page);
        }
    }

    /// <summary>The time of day, each second.</summary>
    public static async IAsyncEnumerable<SseItem<string>> Clock(
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        do
        {
            yield return new SseItem<string>(DateTimeOffset.Now.ToString("HH:mm:ss", null), "clock");
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }
}
