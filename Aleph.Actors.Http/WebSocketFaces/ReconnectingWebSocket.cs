using Akka.Event;
using Aleph.Actors.Connections;
using Aleph.Actors.Http.WebSocketFaces;

namespace Aleph.Actors.Http;

/// <summary>
/// A WebSocket of a client that is opened again when it is lost, after waits that grow. Messages that come go to one
/// function, whatever the connection; those to send wait while there is none. Any thread.
/// </summary>
/// <remarks>
/// A message is handed to one connection only: where that ends first, its sender gets a <see
/// cref="WebSocketClosedException"/>, and the next <see cref="WebSocketResumed"/> lists it. Nothing is sent twice.
/// </remarks>
public sealed class ReconnectingWebSocket : IAsyncDisposable
{
    private readonly Func<CancellationToken, Task<WebSocketConnection>> _open;
    private readonly Func<WebSocketResumed, CancellationToken, ValueTask>? _resumed;
    private readonly WebSocketReconnectSettings _settings;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<WebSocketClose> _ended =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource<OpenSpan> _current = NewSpan();
    private WebSocketClose _closing = new(WebSocketClose.Normal);
    private int _isClosing;
    private int _failures;

    private ReconnectingWebSocket(
        Func<CancellationToken, Task<WebSocketConnection>> open,
        Func<WebSocketResumed, CancellationToken, ValueTask>? resumed, WebSocketReconnectSettings settings) =>
        (_open, _resumed, _settings) = (open, resumed, settings);

    /// <summary>
    /// Ends when it is over for good: with how the last connection was closed, by <see cref="CloseAsync"/> or in a way
    /// that is no reason to connect again; or fails with why the last attempt failed.
    /// </summary>
    public Task<WebSocketClose> Ended => _ended.Task;

    /// <summary>Whether a WebSocket is open and resumed right now; may have changed when it is read.</summary>
    public bool IsOpen => _current.Task.IsCompletedSuccessfully;

    /// <summary>Begins to connect.</summary>
    /// <param name="client">Sends the handshakes.</param>
    /// <param name="url">Begins with ws:// or wss://.</param>
    /// <param name="handler">Gets every message, possibly before <paramref name="resumed"/> has ended.</param>
    /// <param name="resumed">
    /// Runs when it is open, each time; <see cref="SendAsync"/> waits for its end. Where it fails, the WebSocket is
    /// closed with 1011 and the attempt has failed.
    /// </param>
    /// <param name="settings">Default <see cref="WebSocketReconnectSettings.Default"/>.</param>
    /// <param name="options">Default <see cref="WebSocketClientOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">A setting cannot be used.</exception>
    public static ReconnectingWebSocket Start(
        AlephHttpClient client, string url, WebSocketMessageHandler handler,
        Func<WebSocketResumed, CancellationToken, ValueTask>? resumed = null,
        WebSocketReconnectSettings? settings = null, WebSocketClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(handler);
        settings ??= WebSocketReconnectSettings.Default;
        SettingsFaults.ThrowIfAny(settings.Validate());
        var socket = new ReconnectingWebSocket(
            cancellation => client.WebSocketAsync(url, handler, options, cancellation), resumed, settings);

        // Its outcome is Ended's.
        _ = Task.Run(socket.RunAsync);
        return socket;
    }

    /// <summary>Sends a message in memory; waits for a connection where there is none.</summary>
    /// <param name="message">Must not be changed until the task has ended.</param>
    /// <param name="cancellationToken">Takes it back while it waits.</param>
    /// <returns>Ends when it was handed over for sending.</returns>
    /// <exception cref="WebSocketClosedException">
    /// The connection that it was handed to ended before it was sent, or all is over.
    /// </exception>
    public async ValueTask SendAsync(WebSocketMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        while (true)
        {
            var span = await _current.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (await span.TrySendAsync(message, cancellationToken).ConfigureAwait(false))
                return;
        }
    }

    /// <summary>
    /// Closes the WebSocket, or gives up connecting, for good, and waits for that: not to be awaited by what runs on
    /// it. Harmless when repeated; the first code counts.
    /// </summary>
    /// <param name="code">As of <see cref="WebSocketConnection.CloseAsync"/>.</param>
    /// <param name="reason">Up to 123 bytes of UTF-8.</param>
    /// <exception cref="ArgumentException">Code or reason may not be sent.</exception>
    public async Task CloseAsync(int code = WebSocketClose.Normal, string reason = "")
    {
        ArgumentNullException.ThrowIfNull(reason);
        var close = new WebSocketClose(code, reason).Checked(nameof(code));
        if (Interlocked.Exchange(ref _isClosing, 1) == 0)
        {
            _closing = close;
            await _stop.CancelAsync().ConfigureAwait(false);
        }

        await ((Task)_ended.Task).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>As <see cref="CloseAsync"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            End(await KeepOpenAsync().ConfigureAwait(false));
        }
        catch (Exception fault) when (
            _stop.IsCancellationRequested && fault is (OperationCanceledException or HttpClientException))
        {
            // An attempt to open that fails while it is given up is given up.
            End(_closing);
        }
        catch (Exception fault)
        {
            _ended.TrySetException(fault);

            // Whoever wants to know awaits it; nobody has to.
            _ = _ended.Task.Exception;
            FailSenders(new WebSocketClose(WebSocketClose.Abnormal, fault.Message));
        }
    }

    private async Task<WebSocketClose> KeepOpenAsync()
    {
        var last = new WebSocketResumed(null!, null, [], TimeSpan.Zero);
        var lostAt = 0L;
        while (true)
        {
            if (await TryOpenAsync().ConfigureAwait(false) is { } socket)
            {
                var openedAt = _settings.Time.GetTimestamp();
                var away = last.IsAgain ? _settings.Time.GetElapsedTime(lostAt) : TimeSpan.Zero;
                var (close, unsent) = await UseAsync(last with { Socket = socket, Away = away }).ConfigureAwait(false);
                lostAt = _settings.Time.GetTimestamp();
                var isStable = _settings.Time.GetElapsedTime(openedAt, lostAt) >= _settings.StableAfter;
                _failures = isStable ? 0 : _failures + 1;
                if (_stop.IsCancellationRequested || !IsReason(close) || _failures >= _settings.MaxAttempts)
                    return close;
                last = new WebSocketResumed(null!, close, unsent, default);
            }

            var wait = _settings.WaitAfter(_failures, Random.Shared.NextDouble());
            await Task.Delay(wait, _settings.Time, _stop.Token).ConfigureAwait(false);
        }
    }

    /// <summary>One attempt; null where another is to follow.</summary>
    private async Task<WebSocketConnection?> TryOpenAsync()
    {
        try
        {
            return await _open(_stop.Token).ConfigureAwait(false);
        }
        catch (HttpClientException fault) when (!IsFinal(fault) && !_stop.IsCancellationRequested)
        {
            if (++_failures >= _settings.MaxAttempts)
                throw;
            return null;
        }
    }

    private async Task<(WebSocketClose Close, IReadOnlyList<WebSocketMessage> Unsent)> UseAsync(
        WebSocketResumed resumed)
    {
        var socket = resumed.Socket;
        var span = new OpenSpan(socket);
        await using var closing = _stop.Token.UnsafeRegister(
            _ => socket.TryClose(_closing.Code, _closing.Reason), null).ConfigureAwait(false);
        var isResumed = await ResumeAsync(resumed).ConfigureAwait(false);
        if (isResumed)
            _current.TrySetResult(span);
        var close = await socket.Closed.ConfigureAwait(false);
        if (isResumed)
            _current = NewSpan();
        var unsent = await span.EndAsync().ConfigureAwait(false);
        return (close, isResumed ? unsent : resumed.Unsent);
    }

    private async Task<bool> ResumeAsync(WebSocketResumed resumed)
    {
        if (_resumed is null)
            return true;
        try
        {
            await Begin(_resumed, resumed).ConfigureAwait(false);
            return true;
        }
        catch (Exception fault)
        {
            if (fault is not (WebSocketClosedException or OperationCanceledException))
                resumed.Socket.Driver.Channel.Log.Error(fault, "{0} could not be resumed.", resumed.Socket);
            resumed.Socket.TryClose(WebSocketClose.InternalError);
            return false;
        }
    }

    private ValueTask Begin(Func<WebSocketResumed, CancellationToken, ValueTask> run, WebSocketResumed resumed)
    {
        using var guard = UserCode.Enter();
        return run(resumed, _stop.Token);
    }

    private bool IsReason(WebSocketClose close) => _settings.ShouldReconnect?.Invoke(close)
        ?? close.Code is not (WebSocketClose.Normal or WebSocketClose.PolicyViolation);

    // What a server says of a request does not change by asking again, but for these: too slow, too early, too often.
    private static bool IsFinal(HttpClientException fault) =>
        fault is WebSocketHandshakeException { Status.Code: >= 400 and < 500 and not (408 or 425 or 429) };

    private void End(WebSocketClose close)
    {
        _ended.TrySetResult(close);
        FailSenders(close);
    }

    private void FailSenders(WebSocketClose close)
    {
        var current = _current;
        if (!current.TrySetException(new WebSocketClosedException(close)))
            return;

        // Each sender gets it; that there may be none is no fault.
        _ = current.Task.Exception;
    }

    private static TaskCompletionSource<OpenSpan> NewSpan() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
