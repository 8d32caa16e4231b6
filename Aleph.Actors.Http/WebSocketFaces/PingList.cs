namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>The application's Pings that wait: to be sent, or for their Pongs. Any thread.</summary>
internal sealed class PingList
{
    private readonly Lock _lock = new();
    private readonly Queue<PendingPing> _waiting = new();
    private readonly Queue<PendingPing> _sent = new();
    private WebSocketClose? _closed;

    /// <summary>Adds one to be sent; false once all is over.</summary>
    public bool TryAdd(PendingPing ping)
    {
        lock (_lock)
        {
            if (_closed is not null)
                return false;
            _waiting.Enqueue(ping);
            return true;
        }
    }

    /// <summary>The next to be sent, which then waits for its Pong.</summary>
    public PendingPing? Next(long now)
    {
        lock (_lock)
        {
            if (!_waiting.TryDequeue(out var ping))
                return null;
            ping.SentAt = now;
            _sent.Enqueue(ping);
            return ping;
        }
    }

    /// <summary>
    /// A Pong came: it answers the ping of that payload and those before it, since a peer may answer only the last of
    /// several (RFC 6455 5.5.3).
    /// </summary>
    public void Ponged(ReadOnlySpan<byte> payload, TimeProvider time, long now)
    {
        lock (_lock)
        {
            if (!Contains(payload))
                return;
            while (_sent.TryDequeue(out var ping))
            {
                ping.Answer.TrySetResult(time.GetElapsedTime(ping.SentAt, now));
                if (payload.SequenceEqual(ping.Payload.Span))
                    break;
            }
        }
    }

    /// <summary>No Pong will come.</summary>
    public void Close(WebSocketClose close)
    {
        lock (_lock)
        {
            _closed = close;
            foreach (var ping in _waiting.Concat(_sent))
                ping.Answer.TrySetException(new WebSocketClosedException(close));
            _waiting.Clear();
            _sent.Clear();
        }
    }

    private bool Contains(ReadOnlySpan<byte> payload)
    {
        foreach (var ping in _sent)
        {
            if (payload.SequenceEqual(ping.Payload.Span))
                return true;
        }

        return false;
    }
}

/// <summary>A Ping of the application.</summary>
internal sealed class PendingPing(ReadOnlyMemory<byte> payload)
{
    public ReadOnlyMemory<byte> Payload => payload;

    public long SentAt { get; set; }

    public TaskCompletionSource<TimeSpan> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
