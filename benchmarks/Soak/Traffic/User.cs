using System.Net.Sockets;
using System.Security.Authentication;
using Soak.Faults;

namespace Soak.Traffic;

/// <summary>
/// One user of one kind of traffic: pauses, does exchanges one at a time, gives some of them up, and says how each
/// ended. Its chance is its own, so that a seed makes the same user again.
/// </summary>
internal sealed class User(int seed, Tally tally, FaultLog faults, CancellationToken stop)
{
    /// <summary>An exchange that is neither answered nor failed by then is lost.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const int LongestPause = 40;
    private const int LongestBeforeCancel = 15;
    private const double CancelledShare = 0.03;

    private DateTime? _connectedAt;

    public Random Random { get; } = new(seed);

    /// <summary>
    /// From here on exchanges go over a connection of their own, so that a fault at any time since then explains its
    /// end. Not called where a pool has the connections.
    /// </summary>
    public void BeginConnection() => _connectedAt = DateTime.UtcNow;

    /// <summary>Pauses; false when it is time to stop.</summary>
    public async Task<bool> NextAsync()
    {
        await Task.Delay(Random.Next(LongestPause), CancellationToken.None).ConfigureAwait(false);
        return !stop.IsCancellationRequested;
    }

    /// <summary>One exchange with the server of that name. False: it failed, and its connection is of no use.</summary>
    public async Task<bool> ExchangeAsync(string server, Func<CancellationToken, Task> exchange)
    {
        var isCancelled = Random.NextDouble() < CancelledShare;
        using var cancellation = isCancelled
            ? new CancellationTokenSource(Random.Next(LongestBeforeCancel))
            : new CancellationTokenSource();
        var begin = DateTime.UtcNow;
        try
        {
            var running = Task.Run(() => exchange(cancellation.Token));

            // Looked at, also where it fails after it was given up for lost.
            _ = running.ContinueWith(
                static late => late.Exception,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
            await running.WaitAsync(Patience).ConfigureAwait(false);
            tally.AddDone();

            // Given up as it ended: it has its answer, but some clients close their connection for that.
            return !cancellation.IsCancellationRequested;
        }
        catch (WrongContentException wrong)
        {
            tally.AddWrong($"{server}: {wrong.Message}");
        }
        catch (TimeoutException late)
        {
            // What it still waits for must not be taken from the next exchange.
            await cancellation.CancelAsync();
            tally.AddLost($"{server}, begun at {begin:HH:mm:ss.fff}: {late.Message} ({faults.Last(server)})");
        }
        catch (Exception failure) when (cancellation.IsCancellationRequested && IsTyped(failure))
        {
            tally.AddCancelled();
        }
        catch (Exception failure) when (IsTyped(failure) && faults.Explains(server, _connectedAt ?? begin))
        {
            tally.AddTold();
        }
        catch (Exception failure)
        {
            tally.AddLost($"{server}, begun at {begin:HH:mm:ss.fff}: {Text(failure)} ({faults.Last(server)})");
        }

        return false;
    }

    // What an API promises to fail with; anything else is a defect, whatever was planned.
    private static bool IsTyped(Exception failure) =>
        failure is IOException or SocketException or HttpRequestException or AuthenticationException
        or OperationCanceledException
        || failure is AggregateException { InnerException: { } cause } && IsTyped(cause);

    private static string Text(Exception failure) => failure switch
    {
        SocketException socket => $"SocketException {socket.SocketErrorCode}",
        IOException or HttpRequestException => failure.InnerException is { } cause
            ? $"{failure.GetType().Name} {failure.Message} <- {Text(cause)}"
            : $"{failure.GetType().Name} {failure.Message}",
        _ => failure.ToString(),
    };
}
