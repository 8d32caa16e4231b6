namespace Aleph.Actors.Connections;

/// <summary>
/// How many connections there may still be. Listeners take one credit for each connection they hand over; the
/// connections supervisor gives it back when that connection has ended. Any thread.
/// </summary>
/// <param name="limit">At most so many at a time; null for no limit.</param>
/// <param name="demand">Who asks for each connection; null where all are welcome.</param>
internal sealed class ConnectionCredit(int? limit, AcceptDemand? demand = null)
{
    private int _taken;
    private int _limit = limit ?? int.MaxValue;

    /// <summary>Whether a listener must wait. Another listener may change that at any time.</summary>
    public bool IsExhausted => demand is { IsNone: true } || Volatile.Read(ref _taken) >= Volatile.Read(ref _limit);

    /// <summary>Takes one credit, if there is one.</summary>
    public bool TryTake()
    {
        if (demand is not null && !demand.TryTake())
            return false;
        if (TryTakeOfLimit())
            return true;
        demand?.Ask(1);
        return false;
    }

    /// <summary>
    /// Takes one credit for a connection that was accepted before its listener ended: above the limit, too, but only if
    /// somebody asks for it.
    /// </summary>
    public bool TryTakeLast()
    {
        if (demand is not null && !demand.TryTake())
            return false;
        Interlocked.Increment(ref _taken);
        return true;
    }

    /// <summary>Gives one credit back.</summary>
    public void Return() => Interlocked.Decrement(ref _taken);

    /// <summary>Allows another number from now on; null for no limit. Nobody is woken.</summary>
    public void SetLimit(int? max) => Volatile.Write(ref _limit, max ?? int.MaxValue);

    /// <summary>Gives one credit back, of a connection that could not even be started.</summary>
    public void ReturnUnused()
    {
        Return();
        demand?.Ask(1);
    }

    private bool TryTakeOfLimit()
    {
        while (true)
        {
            var taken = Volatile.Read(ref _taken);
            if (taken >= Volatile.Read(ref _limit))
                return false;
            if (Interlocked.CompareExchange(ref _taken, taken + 1, taken) == taken)
                return true;
        }
    }
}

/// <summary>
/// How many more connections somebody has asked for, where accepting waits to be asked. Whoever adds to it wakes the
/// listeners by <c>ConnectionsMessages.Asked</c>, told to the server. Any thread.
/// </summary>
internal sealed class AcceptDemand
{
    private int _asked;

    /// <summary>Whether nobody asks for one now.</summary>
    public bool IsNone => Volatile.Read(ref _asked) <= 0;

    /// <summary>Asks for <paramref name="count"/> more.</summary>
    public void Ask(int count) => Interlocked.Add(ref _asked, count);

    /// <summary>Takes one that was asked for, if there is one.</summary>
    public bool TryTake()
    {
        if (Interlocked.Decrement(ref _asked) >= 0)
            return true;
        Interlocked.Increment(ref _asked);
        return false;
    }
}
