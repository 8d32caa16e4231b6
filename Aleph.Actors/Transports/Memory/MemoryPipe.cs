namespace Aleph.Actors.Transports.Memory;

/// <summary>
/// One direction of a connection in memory. Any thread may write and read; each side is called back, outside the lock,
/// when there may be something to do.
/// </summary>
internal sealed class MemoryPipe(MemoryTransportOptions options)
{
    private readonly Lock _lock = new();
    private readonly InputBuffer _bytes = new();
    private readonly Queue<Arrival> _underWay = new();
    private int _arrived;
    private bool _ended;
    private bool _endArrived;
    private bool _isHeld;
    private bool _readerLeft;
    private ConnectionEnd? _failure;

    /// <summary>Called when bytes, the end or a failure may have arrived.</summary>
    public Action? Readable { get; set; }

    /// <summary>Called when there may be room, or a failure.</summary>
    public Action? Writable { get; set; }

    public ConnectionEnd? Failure
    {
        get
        {
            lock (_lock)
                return _failure;
        }
    }

    /// <summary>Whether the end has arrived and all bytes before it were read.</summary>
    public bool HasEnded
    {
        get
        {
            lock (_lock)
                return _endArrived && _arrived == 0 && !_isHeld;
        }
    }

    /// <summary>Takes what there is room for; answers how much.</summary>
    public int Write(ReadOnlySpan<byte> bytes, bool beyondCapacity = false)
    {
        lock (_lock)
        {
            if (_failure is not null || _ended)
                return 0;
            if (_readerLeft)
                return bytes.Length;
            if (!beyondCapacity)
                bytes = bytes[..Math.Min(bytes.Length, Math.Max(0, options.Capacity - _bytes.Length))];
            if (bytes.Length == 0)
                return 0;
            bytes.CopyTo(_bytes.GetSpan(bytes.Length));
            _bytes.Advance(bytes.Length);
            Send(new Arrival(bytes.Length, Due()));
        }

        Readable?.Invoke();
        return bytes.Length;
    }

    /// <summary>No more is written.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (_ended)
                return;
            _ended = true;
            Send(new Arrival(0, Due()));
        }

        Readable?.Invoke();
    }

    /// <summary>Breaks this direction: what has not been read is lost.</summary>
    public void Fail(ConnectionEnd end)
    {
        lock (_lock)
        {
            _failure ??= end;
            Drop();
        }

        Readable?.Invoke();
        Writable?.Invoke();
    }

    /// <summary>The reader is gone: all bytes from now on are taken and dropped.</summary>
    public void LeaveReader()
    {
        lock (_lock)
        {
            _readerLeft = true;
            Drop();
        }

        Writable?.Invoke();
    }

    /// <summary>Keeps all that arrives from the reader until it is let go again.</summary>
    public void Hold(bool isHeld)
    {
        lock (_lock)
            _isHeld = isHeld;
        Readable?.Invoke();
    }

    /// <summary>Reads what has arrived, as much as fits.</summary>
    public int Read(Span<byte> to)
    {
        int count;
        lock (_lock)
        {
            count = _isHeld ? 0 : Math.Min(_arrived, to.Length);
            _bytes.Bytes[..count].CopyTo(to);
            _bytes.Consume(count);
            _arrived -= count;
        }

        if (count > 0)
            Writable?.Invoke();
        return count;
    }

    private long Due() => options.Delay == TimeSpan.Zero
        ? 0
        : options.Time.GetTimestamp() + (long)(options.Delay.TotalSeconds * options.Time.TimestampFrequency);

    private void Send(Arrival arrival)
    {
        if (arrival.Due == 0)
        {
            Arrive(arrival);
            return;
        }

        // The callback disposes it; one timer for each delayed write is good enough for what delays are for.
        ITimer? timer = null;
        timer = options.Time.CreateTimer(
            _ => OnDelayed(timer), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _underWay.Enqueue(arrival);
        timer.Change(options.Delay, Timeout.InfiniteTimeSpan);
    }

    private void OnDelayed(ITimer? timer)
    {
        timer?.Dispose();
        lock (_lock)
        {
            // Each timer brings one arrival: the oldest, whatever the order in which timers of one instant fire.
            if (_underWay.TryDequeue(out var arrival))
                Arrive(arrival);
        }

        Readable?.Invoke();
    }

    private void Arrive(Arrival arrival)
    {
        if (arrival.Count == 0)
            _endArrived = true;
        else
            _arrived += arrival.Count;
    }

    private void Drop()
    {
        _underWay.Clear();
        _bytes.Clear();
        _arrived = 0;
    }

    private readonly record struct Arrival(int Count, long Due);
}
