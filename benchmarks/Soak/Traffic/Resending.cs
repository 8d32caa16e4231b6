namespace Soak.Traffic;

/// <summary>
/// What everybody must do who wants an answer by UDP: send again while none comes. The kernel drops datagrams where a
/// buffer is full, which hostile peers bring about.
/// </summary>
internal static class Resending
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static long _count;

    /// <summary>How many datagrams were sent again, of all users.</summary>
    public static long Count => Volatile.Read(ref _count);

    /// <summary>Sends, and again after each second, until <paramref name="receive"/> ends.</summary>
    public static async Task UntilAnsweredAsync(
        Func<Task> send, Func<CancellationToken, Task> receive, CancellationToken cancellation)
    {
        using var isOver = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await send();
        var receiving = receive(isOver.Token);
        try
        {
            while (await Task.WhenAny(receiving, Task.Delay(Interval, isOver.Token)) != receiving)
            {
                cancellation.ThrowIfCancellationRequested();
                Interlocked.Increment(ref _count);
                await send();
            }
        }
        finally
        {
            await isOver.CancelAsync();
            await receiving;
        }
    }
}
