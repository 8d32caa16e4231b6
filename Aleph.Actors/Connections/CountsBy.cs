namespace Aleph.Actors.Connections;

/// <summary>A count for each value of an enumeration. Any thread.</summary>
internal sealed class CountsBy<T>
    where T : struct, Enum
{
    private static readonly T[] Values = Enum.GetValues<T>();

    private readonly long[] _counts = new long[Values.Length];

    public void Add(T value) => Interlocked.Increment(ref _counts[Array.IndexOf(Values, value)]);

    /// <summary>The counts now; values that were never counted are left out.</summary>
    public IReadOnlyDictionary<T, long> Snapshot()
    {
        var snapshot = new Dictionary<T, long>();
        for (var i = 0; i < Values.Length; i++)
        {
            if (Interlocked.Read(ref _counts[i]) is > 0 and var count)
                snapshot.Add(Values[i], count);
        }

        return snapshot;
    }
}
