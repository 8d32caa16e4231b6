using System.Net;

namespace Aleph.Actors.Tcp;

/// <summary>
/// Connects to whichever address answers first (RFC 8305): addresses of both families alternate, the next attempt
/// starts when the last one failed or has not succeeded within the delay. The first success wins; the others are
/// cancelled, and their sockets disposed, also of those that succeed too late.
/// </summary>
internal static class HappyEyeballs
{
    /// <summary>The delay that RFC 8305, section 8, recommends between the starts of attempts: 250 ms.</summary>
    public static TimeSpan DefaultAttemptDelay { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Connects to one of <paramref name="endPoints"/>. Any thread.</summary>
    /// <param name="endPoints">At least one. The family of the first is the preferred one.</param>
    /// <param name="connect">Connects to one address; owns its socket until it has succeeded, so it must dispose it
    /// when it fails or is cancelled.</param>
    /// <param name="attemptDelay">How long an attempt is alone before the next one starts beside it.</param>
    /// <param name="time">The clock of that delay.</param>
    /// <param name="cancellation">Ends all attempts.</param>
    /// <returns>The socket of the first success; it belongs to the caller.</returns>
    /// <exception cref="ConnectAttemptsException">Every address failed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; no socket is left behind.</exception>
    public static async ValueTask<T> ConnectAsync<T>(
        IReadOnlyList<IPEndPoint> endPoints,
        Func<IPEndPoint, CancellationToken, ValueTask<T>> connect,
        TimeSpan attemptDelay,
        TimeProvider time,
        CancellationToken cancellation)
        where T : class, IDisposable
    {
        cancellation.ThrowIfCancellationRequested();
        var race = new ConnectRace(endPoints);
        using var losers = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = new Dictionary<Task<T>, int>();
        try
        {
            while (!race.IsLost)
            {
                if (await RoundAsync(race, running, connect, attemptDelay, time, losers.Token).ConfigureAwait(false)
                    is { } winner)
                    return winner;
                cancellation.ThrowIfCancellationRequested();
            }

            throw new ConnectAttemptsException(race.Attempts);
        }
        finally
        {
            await losers.CancelAsync().ConfigureAwait(false);
            // Nobody waits for the losers: whoever connected goes on with the winner's socket.
            foreach (var loser in running.Keys)
                _ = DisposeWhenDoneAsync(loser);
        }
    }

    /// <summary>
    /// Starts the next attempt, if one is left, and waits until it is time for another (null), none is left to wait
    /// for (null), or one has succeeded.
    /// </summary>
    private static async ValueTask<T?> RoundAsync<T>(
        ConnectRace race, Dictionary<Task<T>, int> running,
        Func<IPEndPoint, CancellationToken, ValueTask<T>> connect, TimeSpan attemptDelay, TimeProvider time,
        CancellationToken cancellation)
        where T : class, IDisposable
    {
        var index = race.HasNext ? race.StartNext() : -1;
        using var stopDelay = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var delay = Task.Delay(race.HasNext ? attemptDelay : Timeout.InfiniteTimeSpan, time, stopDelay.Token);
        if (index >= 0)
            running.Add(AttemptAsync(connect, race.EndPoints[index], cancellation), index);
        T? winner = null;
        while (running.Count > 0)
        {
            var first = await Task.WhenAny(running.Keys.Append(delay)).ConfigureAwait(false);
            if (first is not Task<T> attempt)
                break;
            running.Remove(attempt, out var ended);
            if (attempt.IsCompletedSuccessfully)
            {
                winner = await attempt.ConfigureAwait(false);
                break;
            }

            race.Fail(ended, ErrorOf(attempt));
            if (race.HasNext)
                break;
        }

        await stopDelay.CancelAsync().ConfigureAwait(false);
        return winner;
    }

    // Also turns what the delegate throws at once into a failed attempt.
    private static async Task<T> AttemptAsync<T>(
        Func<IPEndPoint, CancellationToken, ValueTask<T>> connect, IPEndPoint endPoint,
        CancellationToken cancellation) =>
        await connect(endPoint, cancellation).ConfigureAwait(false);

    private static Exception ErrorOf<T>(Task<T> attempt) =>
        attempt.Exception?.InnerException ?? new OperationCanceledException("The attempt was cancelled");

    private static async Task DisposeWhenDoneAsync<T>(Task<T> loser)
        where T : class, IDisposable
    {
        await Task.WhenAny(loser).ConfigureAwait(false);
        if (loser.IsCompletedSuccessfully)
            (await loser.ConfigureAwait(false)).Dispose();
        else
            _ = loser.Exception;
    }
}
