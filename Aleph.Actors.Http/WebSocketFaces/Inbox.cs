using Aleph.Actors.Connections;

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
    private Reader? _reader;
    private WebSocketClose? _ended;
    private long _bytes;
    private bool _starved;
    private volatile bool _isPooled;

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
        var copy = MessagePiece.Of(piece, isText, isLast, _isPooled);
        Reader? reader;
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

        reader?.End(copy);
    }

    public override void InputEnded(WebSocketClose close)
    {
        Reader? reader;
        lock (_lock)
        {
            _ended = close;
            (reader, _reader) = (_reader, null);
        }

        reader?.End(null);
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

    /// <summary>From now on the reader copies what he gets and releases it.</summary>
    public void UsePool() => _isPooled = true;

    /// <summary>The next piece; null when the input has ended.</summary>
    /// <exception cref="InvalidOperationException">Another read is under way.</exception>
    public ValueTask<MessagePiece?> NextAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Reader reader;
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
            _reader = reader = new Reader(this);
        }

        reader.CancelBy(cancellationToken);
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

    /// <summary>Whether the reader waited still, and does no longer.</summary>
    private bool TryRemove(Reader reader)
    {
        lock (_lock)
        {
            if (_reader != reader)
                return false;
            _reader = null;
            return true;
        }
    }

    /// <summary>One that waits for a piece. What follows it is anybody's code, and runs outside every turn.</summary>
    private sealed class Reader(Inbox inbox) : TaskCompletionSource<MessagePiece?>, IThreadPoolWorkItem
    {
        private const int Registered = 1;
        private const int Ended = 2;

        private CancellationTokenRegistration _cancel;
        private CancellationToken _cancelled;
        private MessagePiece? _piece;
        private int _state;

        public void CancelBy(CancellationToken token)
        {
            if (!token.CanBeCanceled)
                return;
            _cancel = token.UnsafeRegister(
                static (state, token) => ((Reader)state!).Cancel(token), this);
            if (Interlocked.Or(ref _state, Registered) == Ended)
                _cancel.Unregister();
        }

        /// <summary>By who has removed it.</summary>
        public void End(MessagePiece? piece)
        {
            _piece = piece;
            IoDispatcher.RunAfterTurn(this);
        }

        public void Execute()
        {
            if (Interlocked.Or(ref _state, Ended) == Registered)
                _cancel.Unregister();
            if (_cancelled.IsCancellationRequested)
                SetCanceled(_cancelled);
            else
                SetResult(_piece);
        }

        private void Cancel(CancellationToken token)
        {
            if (!inbox.TryRemove(this))
                return;
            _cancelled = token;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }
}
