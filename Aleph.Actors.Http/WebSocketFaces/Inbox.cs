namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// What was received and not taken yet: filled on the turn up to a window, emptied by one reader on any thread.
/// </summary>
internal sealed class Inbox(int window) : WebSocketFace
{
    // What an empty piece costs, so that a flood of them fills the window, too.
    private const int PieceCost = 64;

    private readonly Lock _lock = new();
    private readonly Queue<MessagePiece> _pieces = new(1);
    private WebSocketDriver _driver = null!;
    private TaskCompletionSource<MessagePiece?>? _reader;
    private CancellationTokenRegistration _cancel;
    private WebSocketClose? _ended;
    private long _bytes;
    private bool _starved;

    public override bool HasRoom => Volatile.Read(ref _bytes) < window;

    /// <summary>Runs once the WebSocket is open. On the turn; must not block.</summary>
    public Action<WebSocketDriver>? OnOpened { get; init; }

    public override void Opened(WebSocketDriver driver)
    {
        _driver = driver;
        OnOpened?.Invoke(driver);
    }

    public override void Received(ReadOnlySpan<byte> piece, bool isText, bool isLast)
    {
        var copy = new MessagePiece(piece.ToArray(), isText, isLast);
        TaskCompletionSource<MessagePiece?>? reader;
        lock (_lock)
        {
            if (_reader is null)
            {
                _pieces.Enqueue(copy);
                _bytes += copy.Bytes.Length + PieceCost;
                _starved |= _bytes >= window;
            }

            (reader, _reader) = (_reader, null);
        }

        _cancel.Unregister();
        reader?.TrySetResult(copy);
    }

    public override void InputEnded(WebSocketClose close)
    {
        TaskCompletionSource<MessagePiece?>? reader;
        lock (_lock)
        {
            _ended = close;
            (reader, _reader) = (_reader, null);
        }

        _cancel.Unregister();
        reader?.TrySetResult(null);
    }

    /// <summary>How the input ended, once all pieces were taken; null while more may come.</summary>
    public WebSocketClose? End
    {
        get
        {
            lock (_lock)
                return _pieces.Count == 0 ? _ended : null;
        }
    }

    /// <summary>The next piece; null when the input has ended.</summary>
    /// <exception cref="InvalidOperationException">Another read is under way.</exception>
    public ValueTask<MessagePiece?> NextAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource<MessagePiece?> reader;
        lock (_lock)
        {
            if (_reader is not null)
                throw new InvalidOperationException("Another read of the WebSocket is under way.");
            if (_pieces.TryDequeue(out var piece))
            {
                Taken(piece);
                return new ValueTask<MessagePiece?>(piece);
            }

            if (_ended is not null)
                return default;
            _reader = reader = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        if (cancellationToken.CanBeCanceled)
        {
            _cancel = cancellationToken.UnsafeRegister(
                static (state, token) => ((Inbox)state!).Cancel(token), this);
        }

        return new ValueTask<MessagePiece?>(reader.Task);
    }

    private void Taken(MessagePiece piece)
    {
        _bytes -= piece.Bytes.Length + PieceCost;
        if (!_starved || _bytes > window / 2)
            return;
        _starved = false;
        _driver.Wake();
    }

    private void Cancel(CancellationToken token)
    {
        TaskCompletionSource<MessagePiece?>? reader;
        lock (_lock)
            (reader, _reader) = (_reader, null);
        reader?.TrySetCanceled(token);
    }
}
