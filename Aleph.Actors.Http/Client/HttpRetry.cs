namespace Aleph.Actors.Http;

/// <summary>
/// When a request is sent again: after a failure that is certain to have left it unsent, whatever its method is; after
/// other failures and the statuses below where the method is idempotent. Its body must be in memory. Immutable.
/// </summary>
public sealed record HttpRetry
{
    /// <summary>How often it is sent again at most, at least 1. Default 3.</summary>
    public int Count { get; init; } = 3;

    /// <summary>The pause before the first repetition; it doubles, with jitter. Default 100 ms.</summary>
    public TimeSpan MinDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The longest pause, also of a server's Retry-After: one that asks for more gets no repetition. Default 10 s.
    /// </summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The statuses after which it is sent again. Default 408, 429, 502, 503, 504.</summary>
    public IReadOnlyList<int> Statuses { get; init; } = [408, 429, 502, 503, 504];
}
