using Akka.Actor;

namespace Aleph.Actors.Http.Client.Pool;

/// <summary>A pool on its way to its end: what is under way may finish until the deadline.</summary>
internal sealed class PoolClosing(long deadline)
{
    private readonly List<IActorRef> _askers = [];

    /// <summary>When it ends whatever is under way.</summary>
    public long Deadline => deadline;

    public void Add(IActorRef asker)
    {
        if (!asker.IsNobody())
            _askers.Add(asker);
    }

    public bool IsDue(long now, PoolCore core) => now >= deadline || core.IsEmpty;

    /// <summary>Tells all who asked.</summary>
    public void End(IActorRef pool)
    {
        foreach (var asker in _askers)
            asker.Tell(HttpClientPoolProtocol.Closed.Instance, pool);
    }
}
