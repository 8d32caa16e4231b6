using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Aleph.Actors.Http.Sse;

/// <summary>
/// Events as they come, and for how long none did. One timer and one object that is waited for serve all events, so
/// that each costs none of either. By one reader; what it waits for ends on any thread.
/// </summary>
internal sealed class QuietSource : IValueTaskSource<bool>
{
    // Of the state. What comes first, the event, the limit or the reader's leaving, is settled by exchanging it.
    private const int Moving = 0;
    private const int Awaited = 1;
    private const int Moved = 2;
    private const int Left = 3;

    // A day, in milliseconds.
    private const double LongestTimer = 24 * 3600 * 1000;

    private readonly IAsyncEnumerator<SseItem<string>> _events;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _registration;
    private readonly Action _onMoved;
    private readonly ITimer? _timer;
    private ManualResetValueTaskSourceCore<bool> _wait;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _move;
    private long _since;
    private int _state = Moved;
    private bool _isTaken = true;

    /// <param name="events">Where they come from; disposed of when the reader has left.</param>
    /// <param name="limit">How long it may be quiet; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it
    /// likes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends a wait.</param>
    public QuietSource(IAsyncEnumerator<SseItem<string>> events, TimeSpan limit, TimeProvider time,
        CancellationToken cancellation)
    {
        (_events, _limit, _time, _cancellation) = (events, limit, time, cancellation);
        _onMoved = OnMoved;
        _since = time.GetTimestamp();
        _registration = cancellation.UnsafeRegister(static x => ((QuietSource)x!).Wake(isQuiet: false), this);
        if (limit == Timeout.InfiniteTimeSpan)
            return;
        _timer = time.CreateTimer(
            static x => ((QuietSource)x!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Due(limit), Timeout.InfiniteTimeSpan);
    }

    /// <summary>The event that the last move got to.</summary>
    public SseItem<string> Current => _events.Current;

    /// <summary>Whether the move has ended, so that <see cref="TakeResult"/> answers.</summary>
    public bool HasMoved => Volatile.Read(ref _state) == Moved;

    /// <summary>Begins to move to the next event.</summary>
    public void Move()
    {
        // Before, so that one that throws here leaves what is to be disposed of.
        var move = Begin(_events.MoveNextAsync());
        _isTaken = false;
        Volatile.Write(ref _state, Moving);
        Await(move);
    }

    /// <summary>Whether there is an event; once for each move that has ended.</summary>
    public bool TakeResult()
    {
        _isTaken = true;
        return _move.GetResult();
    }

    /// <summary>Waits for the move to end, for the limit, or to be cancelled. True when it was quiet for as long as the
    /// limit, which begins anew.</summary>
    public ValueTask<bool> WaitAsync()
    {
        _wait.Reset();
        if (Interlocked.CompareExchange(ref _state, Awaited, Moving) != Moving)
            return new(false);

        // Cancelled before there was anything to wake.
        if (_cancellation.IsCancellationRequested
            && Interlocked.CompareExchange(ref _state, Moving, Awaited) == Awaited)
        {
            return new(false);
        }

        return new(this, _wait.Version);
    }

    /// <summary>Something was sent: the limit begins anew.</summary>
    public void EndQuiet() => Volatile.Write(ref _since, _time.GetTimestamp());

    /// <summary>The reader has left. An enumerator must not be disposed of while it moves, which may take long where it
    /// heeds no token.</summary>
    public void Leave()
    {
        _timer?.Dispose();
        _registration.Unregister();
        if (Interlocked.Exchange(ref _state, Left) == Moved)
            _ = DisposeAsync();
    }

    bool IValueTaskSource<bool>.GetResult(short token) => _wait.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private static ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter Begin(ValueTask<bool> move) =>
        move.ConfigureAwait(false).GetAwaiter();

    private void Await(ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter move)
    {
        _move = move;
        if (_move.IsCompleted)
            Volatile.Write(ref _state, Moved);
        else
            _move.UnsafeOnCompleted(_onMoved);
    }

    private void OnMoved()
    {
        var was = Interlocked.Exchange(ref _state, Moved);
        if (was == Awaited)
            _wait.SetResult(false);
        else if (was == Left)
            _ = DisposeAsync();
    }

    private void OnTimer()
    {
        var left = _limit - _time.GetElapsedTime(Volatile.Read(ref _since));
        _timer!.Change(Due(left > TimeSpan.Zero ? left : _limit), Timeout.InfiniteTimeSpan);
        if (left <= TimeSpan.Zero)
            Wake(isQuiet: true);
    }

    // Up to the next millisecond: a timer drops what is less, and would be early. None can be set for months.
    private static TimeSpan Due(TimeSpan left) =>
        TimeSpan.FromMilliseconds(Math.Min(LongestTimer, Math.Ceiling(left.TotalMilliseconds)));

    private void Wake(bool isQuiet)
    {
        if (Interlocked.CompareExchange(ref _state, Moving, Awaited) != Awaited)
            return;
        if (isQuiet)
            EndQuiet();
        _wait.SetResult(isQuiet);
    }

    private async Task DisposeAsync()
    {
        if (!_isTaken)
            DropResult();
        await _events.DisposeAsync().ConfigureAwait(false);
    }

    // Taken all the same: an enumerator may count on it.
    private bool DropResult()
    {
        try
        {
            return TakeResult();
        }
        catch (Exception)
        {
            // Nobody is there to hear of it.
            return false;
        }
    }
}
