namespace Soak.Faults;

/// <summary>
/// Which faults were planned, at which server and when: a failure that falls into one is explained by it, any other is
/// not. Any thread.
/// </summary>
internal sealed class FaultLog
{
    /// <summary>How long after its end a fault still explains failures: clients come back by backoff.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    /// <summary>Longer than any exchange or connection of a user lasts.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = [];
    private readonly List<Window> _windows = [];
    private readonly Dictionary<string, (string Kind, DateTime At)> _last = [];

    /// <summary>How many faults of each kind there were.</summary>
    public IReadOnlyList<(string Kind, int Count)> Counts
    {
        get
        {
            lock (_lock)
                return [.. _counts.OrderBy(count => count.Key).Select(count => (count.Key, count.Value))];
        }
    }

    /// <summary>A fault that explains every failure at that server, until the answer is disposed.</summary>
    public IDisposable Begin(string server, string kind) => Add(kind, new Window(this, server, int.MaxValue));

    /// <summary>One connection breaks at that server; no more than one exchange can fail of it.</summary>
    public IDisposable BeginBroken(string server, string kind) => Add(kind, new Window(this, server, 1));

    /// <summary>Whether a failure now, of what began then at that server, was to be expected.</summary>
    public bool Explains(string server, DateTime began)
    {
        lock (_lock)
        {
            Forget();
            var open = _windows
                .Where(window => window.Server == server && window.Left > 0 && window.End + Grace >= began)
                .MaxBy(window => window.Left);
            if (open is null)
                return false;
            if (open.Left < int.MaxValue)
                open.Left--;
            return true;
        }
    }

    /// <summary>Whether a fault was planned at that server just now; explains nothing away.</summary>
    public bool IsDisturbed(string server)
    {
        lock (_lock)
        {
            Forget();
            return _windows.Any(window => window.Server == server && window.End + Grace >= DateTime.UtcNow);
        }
    }

    /// <summary>The last fault that was planned at that server, for whoever looks for a cause.</summary>
    public string Last(string server)
    {
        lock (_lock)
        {
            return _last.TryGetValue(server, out var last)
                ? $"last planned there: {last.Kind} at {last.At:HH:mm:ss.fff}"
                : "nothing was planned there";
        }
    }

    private Window Add(string kind, Window window)
    {
        lock (_lock)
        {
            _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
            _windows.Add(window);
            _last[window.Server] = (kind, DateTime.UtcNow);
        }

        return window;
    }

    private void Forget() => _windows.RemoveAll(window => window.End + Kept < DateTime.UtcNow);

    private sealed class Window(FaultLog log, string server, int left) : IDisposable
    {
        public string Server => server;

        public int Left { get; set; } = left;

        public DateTime End { get; private set; } = DateTime.MaxValue - Kept;

        public void Dispose()
        {
            lock (log._lock)
                End = DateTime.UtcNow;
        }
    }
}
