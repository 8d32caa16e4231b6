using Akka.Actor;

namespace Aleph.Actors.Http.Client.Pool;

/// <summary>
/// How many connections all pools of a client may have together. A pool that gets none waits; another that has an idle
/// connection is asked to close it, and the next that is given back wakes who waits. Any thread.
/// </summary>
internal sealed class ConnectionBudget(int limit)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PoolCore, int> _taken = [];
    private readonly Queue<PoolCore> _waiting = new();
    private volatile int _short;
    private int _total;

    /// <summary>Takes one connection for a pool; false when there is none, and the pool is woken later.</summary>
    public bool TryTake(PoolCore pool)
    {
        PoolCore? rich;
        lock (_gate)
        {
            if (_total < limit)
            {
                _total++;
                _taken[pool] = _taken.GetValueOrDefault(pool) + 1;
                return true;
            }

            if (!_waiting.Contains(pool))
                _waiting.Enqueue(pool);
            _short = _waiting.Count;
            rich = _taken.Keys.FirstOrDefault(x => x != pool && x.HasIdle);
        }

        rich?.Router?.Tell(PoolMessages.Shrink.Instance, ActorRefs.NoSender);
        return false;
    }

    /// <summary>A connection of a pool has ended.</summary>
    public void Return(PoolCore pool)
    {
        PoolCore? next;
        lock (_gate)
        {
            _total--;
            if (--_taken[pool] == 0)
                _taken.Remove(pool);
            _waiting.TryDequeue(out next);
            _short = _waiting.Count;
        }

        next?.Router?.Tell(PoolMessages.Look.Instance, ActorRefs.NoSender);
    }

    /// <summary>Whether somebody waits, so that idle connections should not be kept.</summary>
    public bool IsShort => _short > 0;
}
