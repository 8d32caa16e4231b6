namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// The time in which one WebSocket of a <see cref="ReconnectingWebSocket"/> is open: knows what is being sent on it,
/// and afterwards what was not. Any thread.
/// </summary>
internal sealed class OpenSpan(WebSocketConnection socket)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<WebSocketMessage> _unsent = [];
    private int _sending;
    private bool _isOver;

    /// <summary>Sends; false when this time is over, so that the next has to be waited for.</summary>
    /// <exception cref="WebSocketClosedException">It ended before the message was sent.</exception>
    public async ValueTask<bool> TrySendAsync(WebSocketMessage message, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_isOver)
                return false;
            _sending++;
        }

        try
        {
            await socket.SendAsync(message, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (WebSocketClosedException)
        {
            // A copy: whose memory it is may have it back when this has ended.
            lock (_lock)
                _unsent.Add(message.Copy());
            throw;
        }
        finally
        {
            lock (_lock)
            {
                _sending--;
                SettleIfDone();
            }
        }
    }

    /// <summary>The WebSocket has ended: answers what was not sent, once every sender knows it.</summary>
    public async Task<IReadOnlyList<WebSocketMessage>> EndAsync()
    {
        lock (_lock)
        {
            _isOver = true;
            SettleIfDone();
        }

        await _settled.Task.ConfigureAwait(false);
        return _unsent;
    }

    private void SettleIfDone()
    {
        if (_isOver && _sending == 0)
            _settled.TrySetResult();
    }
}
