namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// What waits to be sent on one WebSocket, in order. Filled from any thread, emptied on the turn. A message in parts
/// lets no other between them: what comes meanwhile waits behind its last part.
/// </summary>
internal sealed class Outbox
{
    private readonly Lock _lock = new();
    private readonly Queue<SendItem> _items = new(1);
    private Queue<SendItem>? _behind;
    private object? _owner;
    private long _bytes;
    private WebSocketClose? _closing;

    /// <summary>How many octets wait.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Whether nothing waits and a message may be sent past it. On the turn.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
                return _items.Count == 0 && _owner is null && _closing is null;
        }
    }

    /// <summary>Adds one at the end; false when there is to be no more.</summary>
    public bool TryAdd(SendItem item)
    {
        lock (_lock)
        {
            if (_closing is not null)
                return false;
            _bytes += item.Data.Length;
            if (_owner is not null && item.Owner != _owner)
            {
                (_behind ??= new Queue<SendItem>()).Enqueue(item);
                return true;
            }

            Enqueue(item);
            return true;
        }
    }

    /// <summary>The first one that its sender has not taken back; null when nothing waits.</summary>
    public SendItem? Current()
    {
        lock (_lock)
        {
            while (_items.TryPeek(out var item))
            {
                if (item.TryBegin())
                    return item;
                Drop();
            }

            return null;
        }
    }

    /// <summary>Removes the current one.</summary>
    public void Remove()
    {
        lock (_lock)
            Drop();
    }

    /// <summary>
    /// Whoever sends a message in parts gives up: the rest will not come, so nothing else can be sent.
    /// </summary>
    public bool IsBroken(object owner)
    {
        lock (_lock)
            return _owner == owner;
    }

    /// <summary>Takes no more from now on; false when that was so.</summary>
    public bool TryClose(WebSocketClose close)
    {
        lock (_lock)
        {
            if (_closing is not null)
                return false;
            _closing = close;
            return true;
        }
    }

    /// <summary>What is to be said once all has been sent; null while it takes more.</summary>
    public WebSocketClose? Closing
    {
        get
        {
            lock (_lock)
                return _closing;
        }
    }

    /// <summary>Takes no more, and answers what was never sent.</summary>
    public List<SendItem> Abandon(WebSocketClose close)
    {
        lock (_lock)
        {
            _closing ??= close;
            List<SendItem> all = [.. _items, .. _behind ?? []];
            _items.Clear();
            _behind = null;
            _bytes = 0;
            return all;
        }
    }

    private void Enqueue(SendItem item)
    {
        _items.Enqueue(item);
        _owner = item.IsLast ? null : item.Owner;
        while (_owner is null && _behind is { Count: > 0 } behind)
        {
            var next = behind.Dequeue();
            _items.Enqueue(next);
            _owner = next.IsLast ? null : next.Owner;
        }
    }

    private void Drop() => _bytes -= _items.Dequeue().Data.Length;
}
