namespace Aleph.Actors.Tests.Support;

/// <summary>Bounded waits: each says what did not happen.</summary>
internal static class Waiting
{
    /// <summary>Long enough for anything that a loaded machine with two cores does at all.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Another name of <see cref="Patience"/>, for waits that take a limit.</summary>
    public static TimeSpan Limit => Patience;

    /// <summary>Awaits <paramref name="task"/> for at most <paramref name="limit"/>.</summary>
    /// <param name="task">What is awaited; its own failure is passed on.</param>
    /// <param name="limit">How long at most.</param>
    /// <param name="what">What did not happen when the limit passes, as in "the listener bound".</param>
    /// <exception cref="TimeoutException">The limit passed.</exception>
    public static async Task Within(this Task task, TimeSpan limit, string what)
    {
        try
        {
            await task.WaitAsync(limit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Did not happen within {limit.TotalSeconds:0.###} s: {what}.");
        }
    }

    /// <inheritdoc cref="Within(Task, TimeSpan, string)"/>
    public static async Task<T> Within<T>(this Task<T> task, TimeSpan limit, string what)
    {
        await ((Task)task).Within(limit, what);
        return await task;
    }

    /// <inheritdoc cref="Within(Task, TimeSpan, string)"/>
    public static Task Within(this ValueTask task, TimeSpan limit, string what) => task.AsTask().Within(limit, what);

    /// <inheritdoc cref="Within(Task, TimeSpan, string)"/>
    public static Task<T> Within<T>(this ValueTask<T> task, TimeSpan limit, string what) =>
        task.AsTask().Within(limit, what);

    /// <summary>As <see cref="Within(Task, TimeSpan, string)"/>, within <see cref="Patience"/>.</summary>
    public static Task Within(this Task task, string what) => task.Within(Patience, what);

    /// <inheritdoc cref="Within(Task, string)"/>
    public static Task<T> Within<T>(this Task<T> task, string what) => task.Within(Patience, what);

    /// <inheritdoc cref="Within(Task, string)"/>
    public static Task Within(this ValueTask task, string what) => task.AsTask().Within(Patience, what);

    /// <inheritdoc cref="Within(Task, string)"/>
    public static Task<T> Within<T>(this ValueTask<T> task, string what) => task.AsTask().Within(Patience, what);
}
