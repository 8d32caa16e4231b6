using System.Collections.Concurrent;

namespace Aleph.Actors.Dns;

/// <summary>
/// The results that a resolver remembers, bounded in number. Its actor alone writes; anyone may read, so a hit needs
/// no turn. When it is full, the oldest entry goes that was not asked for since it was last passed over.
/// </summary>
internal sealed class DnsCache(DnsSettings settings)
{
    private readonly ConcurrentDictionary<string, Entry> _entries = [];
    private readonly Queue<Entry> _order = [];
    private readonly TimeProvider _time = settings.Time;

    public int Count => _entries.Count;

    public bool TryGet(string name, out DnsResult result, out TimeSpan left)
    {
        result = null!;
        left = default;
        if (!_entries.TryGetValue(name, out var entry))
            return false;
        left = entry.Ttl - _time.GetElapsedTime(entry.Since);
        entry.Used = true;
        result = entry.Result;
        return left > TimeSpan.Zero;
    }

    /// <summary>
    /// Remembers a result if the settings want that, and answers for how long. The actor's turn only.
    /// </summary>
    public TimeSpan Add(string name, DnsResult result)
    {
        var ttl = TtlOf(result);
        if (_entries.TryRemove(name, out var old))
            old.Gone = true;
        if (ttl <= TimeSpan.Zero || settings.MaxEntries == 0)
            return TimeSpan.Zero;
        if (_entries.Count >= settings.MaxEntries)
            EvictOne();
        var entry = new Entry(name, result, _time.GetTimestamp(), ttl);
        _entries[name] = entry;
        _order.Enqueue(entry);
        Compact();
        return ttl;
    }

    /// <summary>Forgets everything. The actor's turn only.</summary>
    public void Clear()
    {
        _entries.Clear();
        _order.Clear();
    }

    private TimeSpan TtlOf(DnsResult result) => result switch
    {
        DnsResult.Found { Ttl: { } told } => Clamp(told, settings.MinTtl, settings.MaxTtl),
        DnsResult.Found => settings.PositiveTtl,
        DnsResult.Failed { IsNegative: true, Ttl: { } told } => Clamp(told, TimeSpan.Zero, settings.MaxNegativeTtl),
        DnsResult.Failed { IsNegative: true } => settings.NegativeTtl,
        _ => TimeSpan.Zero,
    };

    private static TimeSpan Clamp(TimeSpan ttl, TimeSpan min, TimeSpan max) =>
        TimeSpan.FromTicks(Math.Clamp(ttl.Ticks, min.Ticks, max.Ticks));

    private void EvictOne()
    {
        // Twice round, since readers mark entries meanwhile.
        for (var chances = 2 * _order.Count; _order.TryDequeue(out var entry); chances--)
        {
            if (entry.Gone)
                continue;
            if (chances > 0 && entry.Used && _time.GetElapsedTime(entry.Since) < entry.Ttl)
            {
                entry.Used = false;
                _order.Enqueue(entry);
                continue;
            }

            _entries.TryRemove(entry.Name, out _);
            return;
        }
    }

    // Entries that were replaced stay in the queue until they come up; half of it at most.
    private void Compact()
    {
        if (_order.Count <= 2 * settings.MaxEntries)
            return;
        for (var count = _order.Count; count > 0; count--)
        {
            if (_order.Dequeue() is { Gone: false } entry)
                _order.Enqueue(entry);
        }
    }

    private sealed class Entry(string name, DnsResult result, long since, TimeSpan ttl)
    {
        private volatile bool _used;

        public string Name => name;

        public DnsResult Result => result;

        public long Since => since;

        public TimeSpan Ttl => ttl;

        /// <summary>Whether a newer entry took its place.</summary>
        public bool Gone { get; set; }

        public bool Used
        {
            get => _used;
            set => _used = value;
        }
    }
}
