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

    // A pool of one connection touches few of them: 2 KiB less for each.
    private readonly int[]?[] _counts = new int[Powers][];

    public void Add(TimeSpan time)
    {
        var index = IndexOf((long)time.TotalMicroseconds);
        ref var power = ref _counts[index / Steps];
        if (Volatile.Read(ref power) is null)
            Interlocked.CompareExchange(ref power, new int[Steps], null);
        Interlocked.Increment(ref power![index % Steps]);
    }

    /// <summary>The duration that a share of all stays within; zero where there is none.</summary>
    /// <param name="share">0 to 1.</param>
    public TimeSpan Quantile(double share)
    {
        var total = 0L;
        for (var i = 0; i < Steps * Powers; i++)
            total += At(i);
        var rank = (long)Math.Ceiling(share * total);
        for (var i = 0; i < Steps * Powers && total > 0; i++)
        {
            rank -= At(i);
            if (rank <= 0)
                return TimeSpan.FromMicroseconds(UpperBound(i));
        }

        return TimeSpan.Zero;
    }

    private int At(int index) => _counts[index / Steps] is { } power ? Volatile.Read(ref power[index % Steps]) : 0;

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
