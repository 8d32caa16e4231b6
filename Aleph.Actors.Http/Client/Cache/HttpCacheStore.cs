namespace Aleph.Actors.Http;

/// <summary>
/// Answers in memory, within limits: the one that was used longest ago goes first. Any thread; may be shared by caches.
/// </summary>
public sealed class HttpCacheStore : IHttpCacheStore
{
    /// <summary>Different answers to one url beyond this push out the oldest of them.</summary>
    public const int MaxVariants = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<LinkedListNode<HttpCacheEntry>>> _byKey = [];
    private readonly LinkedList<HttpCacheEntry> _byUse = [];
    private readonly long _maxSize;
    private readonly int _maxEntries;
    private long _size;

    /// <summary>Makes an empty one.</summary>
    /// <param name="maxSize">The most bytes of all answers, as <see cref="HttpCacheEntry.Size"/> counts them; at least
    /// 0. Default 64 MiB.</param>
    /// <param name="maxEntries">The most answers, at least 0. Default 10000.</param>
    public HttpCacheStore(long maxSize = 64 * 1024 * 1024, int maxEntries = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxSize);
        ArgumentOutOfRangeException.ThrowIfNegative(maxEntries);
        (_maxSize, _maxEntries) = (maxSize, maxEntries);
    }

    /// <summary>How many answers there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _byUse.Count;
        }
    }

    /// <summary>How many bytes they take.</summary>
    public long Size
    {
        get
        {
            lock (_lock)
                return _size;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<HttpCacheEntry> Find(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_lock)
        {
            if (!_byKey.TryGetValue(key, out var nodes))
                return [];
            var found = new HttpCacheEntry[nodes.Count];
            for (var i = 0; i < found.Length; i++)
            {
                var node = nodes[^(i + 1)];
                _byUse.Remove(node);
                _byUse.AddLast(node);
                found[i] = node.Value;
            }

            return found;
        }
    }

    /// <inheritdoc/>
    public void Put(HttpCacheEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        lock (_lock)
        {
            if (!_byKey.TryGetValue(entry.Key, out var nodes))
                _byKey[entry.Key] = nodes = [];
            if (nodes.Find(x => x.Value.Variant == entry.Variant) is { } old)
                Forget(old);
            if (nodes.Count == MaxVariants)
                Forget(nodes[0]);
            nodes.Add(_byUse.AddLast(entry));
            _byKey[entry.Key] = nodes;
            _size += entry.Size;
            while (_byUse.First is { } first && (_byUse.Count > _maxEntries || _size > _maxSize))
                Forget(first);
        }
    }

    /// <inheritdoc/>
    public void Remove(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_lock)
        {
            if (!_byKey.TryGetValue(key, out var nodes))
                return;
            foreach (var node in nodes.ToArray())
                Forget(node);
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _byKey.Clear();
            _byUse.Clear();
            _size = 0;
        }
    }

    private void Forget(LinkedListNode<HttpCacheEntry> node)
    {
        _size -= node.Value.Size;
        _byUse.Remove(node);
        var nodes = _byKey[node.Value.Key];
        nodes.Remove(node);
        if (nodes.Count == 0)
            _byKey.Remove(node.Value.Key);
    }
}
