using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Showcase;

/// <summary>Gives each page the newest picture; a page that reads slowly misses older ones. Any thread.</summary>
internal sealed class LiveFeed : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<Channel<string>> _pages = [];
    private readonly CancellationTokenSource _ending = new();
    private string? _latest;
    private bool _ended;

    public void Publish(string picture)
    {
        lock (_lock)
        {
            _latest = picture;
            foreach (var page in _pages)
                page.Writer.TryWrite(picture);
        }
    }

    /// <summary>Lets all pages go: their streams would keep a server that drains until its deadline.</summary>
    public void End()
    {
        _ending.Cancel();
        lock (_lock)
        {
            _ended = true;
            foreach (var page in _pages)
                page.Writer.TryComplete();
        }
    }

    public void Dispose() => _ending.Dispose();

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
            if (_ended)
                page.Writer.TryComplete();
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
    public async IAsyncEnumerable<SseItem<string>> Clock(
        [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        await using var ending = _ending.Token.Register(timer.Dispose);
        do
        {
            yield return new SseItem<string>(DateTimeOffset.Now.ToString("HH:mm:ss", null), "clock");
        }
        while (await timer.WaitForNextTickAsync(cancellation));
    }
}
