namespace Aleph.Actors.Connections;

/// <summary>
/// How many connections there may still be. Listeners take one credit for each connection they hand over; the
/// connections supervisor gives it back when that connection has ended. Any thread.
/// </summary>
/// <param name="limit">At most so many at a time; null for no limit.</param>
internal sealed class ConnectionCredit(int? limit)
{
    private int _taken;

    /// <summary>Whether a listener must wait. Another listener may change that at any time.</summary>
    public bool IsExhausted => limit is { } max && Volatile.Read(ref _taken) >= max;

    /// <summary>Takes one credit, if there is one.</summary>
    public bool TryTake()
    {
        if (limit is not { } max)
            return true;
        while (true)
        {
            var taken = Volatile.Read(ref _taken);
            if (taken >= max)
                return false;
            if (Interlocked.CompareExchange(ref _taken, taken + 1, taken) == taken)
                return true;
        }
    }

    /// <summary>Gives one credit back.</summary>
    public void Return()
    {
        if (limit is not null)
            Interlocked.Decrement(ref _taken);
    }
}
