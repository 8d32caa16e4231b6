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

    private readonly IAsyncEnumerable<SseItem<string>> _source;
    private readonly TimeSpan _limit;
    private readonly TimeProvider _time;
    private readonly CancellationToken _cancellation;
    private readonly Action _onMoved;
    private CancellationTokenSource? _ended;
    private CancellationTokenRegistration _registration;
    private IAsyncEnumerator<SseItem<string>>? _events;
    private ITimer? _timer;
    private ArrayBufferWriter<byte> _text = new();
    private ManualResetValueTaskSourceCore<bool> _wait;
    private ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _move;
    private long _since;
    private int _state = Moved;
    private bool _isTaken = true;
    private bool _isLeft;
    private Task? _leaving;

    /// <param name="source">Whose events are sent; its enumerator is cancelled and disposed of when they end, or their
    /// reader leaves.</param>
    /// <param name="limit">How long it may be quiet, above 0; <see cref="Timeout.InfiniteTimeSpan"/> for as long as it
    /// likes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends a wait.</param>
    public EventLines(IAsyncEnumerable<SseItem<string>> source, TimeSpan limit, TimeProvider time,
        CancellationToken cancellation)
    {
        (_source, _limit, _time, _cancellation) = (source, limit, time, cancellation);
        _onMoved = OnMoved;
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Current { get; private set; }

    /// <inheritdoc/>
    public ValueTask<bool> MoveNextAsync()
    {
        if (_isLeft)
            return new(false);
        try
        {
            Open();
            if (_isTaken)
                Move();
            return Volatile.Read(ref _state) == Moved ? new(TakeEvent()) : WaitAsync();
        }
        catch
        {
            _ = LeaveAsync();
            throw;
        }
    }

    /// <summary>The reader leaves. Harmless when repeated.</summary>
    public ValueTask DisposeAsync() => new(LeaveAsync());

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        var isQuiet = _wait.GetResult(token);
        if (_isLeft)
            throw new OperationCanceledException("The reader of the events has left.");
        try
        {
            _cancellation.ThrowIfCancellationRequested();
            if (!isQuiet)
                return TakeEvent();
            Current = Comment;
            return true;
        }
        catch
        {
            _ = LeaveAsync();
            throw;
        }
    }

    ValueTaskSourceStatus IValueTaskSource<bool>.GetStatus(short token) => _wait.GetStatus(token);

    void IValueTaskSource<bool>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _wait.OnCompleted(continuation, state, token, flags);

    private static ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter Begin(ValueTask<bool> move) =>
        move.ConfigureAwait(false).GetAwaiter();

    // At the first move: who never reads leaves nothing behind.
    private void Open()
    {
        if (_events is not null)
            return;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(_cancellation);
        _events = _source.GetAsyncEnumerator(_ended.Token);
        _since = _time.GetTimestamp();
        _registration = _cancellation.UnsafeRegister(static x => ((EventLines)x!).Wake(isQuiet: false), this);
        if (_limit == Timeout.InfiniteTimeSpan)
            return;
        _timer = _time.CreateTimer(
            static x => ((EventLines)x!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Due(_limit), Timeout.InfiniteTimeSpan);
    }

    // Begins to move to the next event. What came before has been sent.
    private void Move()
    {
        EndQuiet();
        Current = default;
        if (_text.Capacity > LargeText)
            _text = new ArrayBufferWriter<byte>();

        // Before, so that one that throws here leaves what is to be disposed of.
        var move = Begin(_events!.MoveNextAsync());
        _isTaken = false;
        Volatile.Write(ref _state, Moving);
        _move = move;
        if (_move.IsCompleted)
            Volatile.Write(ref _state, Moved);
        else
            _move.UnsafeOnCompleted(_onMoved);
    }

    private ValueTask<bool> WaitAsync()
    {
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

    // Once for each move that has ended. False at the end of all.
    private bool TakeEvent()
    {
        if (!TakeResult())
        {
            _ = LeaveAsync();
            return false;
        }

        _text.ResetWrittenCount();
        EventText.Write(_events!.Current, _text);
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

    private Task LeaveAsync()
    {
        _isLeft = true;
        return _leaving ??= EndAsync();
    }

    private async Task EndAsync()
    {
        if (_ended is not { } ended)
            return;
        try
        {
            await ended.CancelAsync().ConfigureAwait(false);
        }
        finally
        {
            Release();
            ended.Dispose();
        }
    }

    // An enumerator must not be disposed of while it moves, which may take long where it heeds no token.
    private void Release()
    {
        _timer?.Dispose();
        _registration.Unregister();
        var was = Interlocked.Exchange(ref _state, Left);
        if (was == Moved && _events is not null)
            _ = EndEventsAsync();
        else if (was == Awaited)
            _wait.SetResult(false);
    }

    private async Task EndEventsAsync()
    {
        if (!_isTaken)
            DropResult();
        await _events!.DisposeAsync().ConfigureAwait(false);
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
