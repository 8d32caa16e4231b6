namespace Aleph.Actors.Dns;

/// <summary>How many queries one look-up may still send, over all that it asks at the same time.</summary>
internal sealed class QueryBudget(int count)
{
    private int _left = count;

    public bool TryTake() => Interlocked.Decrement(ref _left) >= 0;
}
