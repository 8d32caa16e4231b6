using System.Buffers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;

namespace Aleph.Actors.Http.Sse;

/// <summary>
/// Events as the bytes that are sent, and a comment whenever none came for long. One timer and one object that is
/// waited for serve all events, so that each costs none of either. By one reader; what it waits for ends on any thread.
/// </summary>
internal sealed class EventLines : IAsyncEnumerator<ReadOnlyMemory<byte>>, IValueTaskSource<bool>
{
    // Of the state. What comes first, the event, the limit or the reader's leaving, is settled by exchanging it.
    private const int Moving = 0;
    private const int Awaited = 1;
    private const int Moved = 2;
    private const int Left = 3;

    // A day, in milliseconds.
    private const double LongestTimer = 24 * 3600 * 1000;

    // A buffer that became larger for one event is not kept for all that follow.
    private const int LargeText = 16 * 1024;

    private static readonly ReadOnlyMemory<byte> Comment = ":\n\n"u8.ToArray();

    private readonly CancellationTokenSource _ended;
    private readonly IAsyncEnumerator<SseItem<string>> _events;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenRegistration _registration;
    private readonly Action _onMoved;
    private readonly ITimer? _timer;
    private ArrayBufferWriter<byte> _text = new();
    private ManualResetValueTaskSourceCore<bool> _wait;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _move;
    private long _since;
    private int _state = Moved;
    private bool _isTaken = true;
    private bool _isLeft;

    /// <param name="events">Where they come from; its enumerator is cancelled and disposed of when the reader leaves.
    /// </param>
    /// <param name="limit">How long it may be quiet, above 0; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it
    /// likes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends a wait.</param>
    public EventLines(IAsyncEnumerable<SseItem<string>> events, TimeSpan limit, TimeProvider time,
        CancellationToken cancellation)
    {
        (_limit, _time, _cancellation) = (limit, time, cancellation);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _events = events.GetAsyncEnumerator(_ended.Token);
        _onMoved = OnMoved;
        _since = time.GetTimestamp();
        _registration = cancellation.UnsafeRegister(static x => ((EventLines)x!).Wake(isQuiet: false), this);
        if (limit == Timeout.InfiniteTimeSpan)
            return;
        _timer = time.CreateTimer(
            static x => ((EventLines)x!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Due(limit), Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Current { get; private set; }

    /// <inheritdoc/>
    public ValueTask<bool> MoveNextAsync()
    {
        if (_isTaken)
            Move();
        if (Volatile.Read(ref _state) == Moved)
            return new(TakeEvent());
        _wait.Reset();
        if (Interlocked.CompareExchange(ref _state, Awaited, Moving) != Moving)
            return new(TakeEvent());

        // Cancelled before there was anything to wake.
        if (_cancellation.IsCancellationRequested
            && Interlocked.CompareExchange(ref _state, Moving, Awaited) == Awaited)
        {
            _cancellation.ThrowIfCancellationRequested();
        }

        return new(this, _wait.Version);
    }

    /// <summary>The reader leaves. An enumerator must not be disposed of while it moves, which may take long where it
    /// heeds no token. Harmless when repeated.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isLeft)
            return;
        _isLeft = true;
        try
        {
            await _ended.CancelAsync().ConfigureAwait(false);
        }
        finally
        {
            _ended.Dispose();
            Leave();
        }
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        var isQuiet = _wait.GetResult(token);
        _cancellation.ThrowIfCancellationRequested();
        if (!isQuiet)
            return TakeEvent();
        Current = Comment;
        return true;
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private static ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter Begin(ValueTask<bool> move) =>
        move.ConfigureAwait(false).GetAwaiter();

    // Begins to move to the next event. What came before has been sent.
    private void Move()
    {
        EndQuiet();

        // Before, so that one that throws here leaves what is to be disposed of.
        var move = Begin(_events.MoveNextAsync());
        _isTaken = false;
        Volatile.Write(ref _state, Moving);
        _move = move;
        if (_move.IsCompleted)
            Volatile.Write(ref _state, Moved);
        else
            _move.UnsafeOnCompleted(_onMoved);
    }

    // Once for each move that has ended. False at the end of all.
    private bool TakeEvent()
    {
        if (!TakeResult())
            return false;
        if (_text.Capacity > LargeText)
            _text = new ArrayBufferWriter<byte>();
        _text.ResetWrittenCount();
        EventText.Write(_events.Current, _text);
        Current = _text.WrittenMemory;
        return true;
    }

    private bool TakeResult()
    {
        _isTaken = true;
        return _move.GetResult();
    }

    private void OnMoved()
    {
        var was = Interlocked.Exchange(ref _state, Moved);
        if (was == Awaited)
            _wait.SetResult(false);
        else if (was == Left)
            _ = EndEventsAsync();
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

    private void EndQuiet() => Volatile.Write(ref _since, _time.GetTimestamp());

    private void Wake(bool isQuiet)
    {
        if (Interlocked.CompareExchange(ref _state, Moving, Awaited) != Awaited)
            return;
        if (isQuiet)
            EndQuiet();
        _wait.SetResult(isQuiet);
    }

    private void Leave()
    {
        _timer?.Dispose();
        _registration.Unregister();
        if (Interlocked.Exchange(ref _state, Left) == Moved)
            _ = EndEventsAsync();
    }

    private async Task EndEventsAsync()
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
