namespace Aleph.Actors.Http.Client.Pool;

/// <summary>How long connecting rests after failures in a row: doubling, with jitter.</summary>
internal static class Backoff
{
    /// <param name="settings">The shortest and the longest rest.</param>
    /// <param name="failures">How many there were before this one.</param>
    public static TimeSpan Next(HttpPoolSettings settings, int failures)
    {
        var full = settings.MinBackoff.TotalMilliseconds * Math.Pow(2, Math.Min(failures, 30));
        var most = Math.Min(full, settings.MaxBackoff.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(most * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
