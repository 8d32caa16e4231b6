using System.Numerics;

namespace Aleph.Actors.Http.Client.Pool;

/// <summary>
/// Counts durations in buckets that grow by an eighth of a power of two, from 1 µs to about a day, so that a quantile
/// is right within 12 %. Any thread; adding is one increment.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int Steps = 8;
    private const int Powers = 37;

    private readonly long[] _counts = new long[Steps * Powers];

    public void Add(TimeSpan time) => Interlocked.Increment(ref _counts[IndexOf((long)time.TotalMicroseconds)]);

    /// <summary>The duration that a share of all stays within; zero where there is none.</summary>
    /// <param name="share">0 to 1.</param>
    public TimeSpan Quantile(double share)
    {
        var total = 0L;
        foreach (ref var count in _counts.AsSpan())
            total += Interlocked.Read(ref count);
        var rank = (long)Math.Ceiling(share * total);
        for (var i = 0; i < _counts.Length && total > 0; i++)
        {
            rank -= Interlocked.Read(ref _counts[i]);
            if (rank <= 0)
                return TimeSpan.FromMicroseconds(UpperBound(i));
        }

        return TimeSpan.Zero;
    }

    private static int IndexOf(long micros)
    {
        if (micros < Steps)
            return (int)Math.Max(0, micros);
        var power = BitOperations.Log2((ulong)micros);
        var step = (int)((micros >> (power - 3)) & (Steps - 1));
        return Math.Min(((power - 2) * Steps) + step, (Steps * Powers) - 1);
    }

    private static double UpperBound(int index)
    {
        if (index < Steps)
            return index;
        var (power, step) = ((index / Steps) + 2, index % Steps);
        return Math.ScaleB(1 + ((step + 1) / (double)Steps), power);
    }
}
