using System.Collections.Concurrent;
using System.Text;
using Aleph.Actors.Http.WebSocketFaces;

namespace Aleph.Actors.Http;

/// <summary>
/// Sends one message to many WebSockets of servers: encoded once, and compressed once for all that take it so. Any
/// thread; messages of one caller reach each WebSocket in order. A WebSocket that closes is removed.
/// </summary>
public sealed class WebSocketBroadcast
{
    private readonly ConcurrentDictionary<WebSocketConnection, bool> _members = new();
    private readonly long _limit;
    private readonly SlowPeerPolicy _policy;

    /// <summary>Makes one without members.</summary>
    /// <param name="limit">How many bytes may wait for a peer before it is slow. At least 1. Default 1 MiB.</param>
    /// <param name="policy">What happens to a slow one. Default <see cref="SlowPeerPolicy.Close"/>.</param>
    public WebSocketBroadcast(long limit = 1024 * 1024, SlowPeerPolicy policy = SlowPeerPolicy.Close)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        (_limit, _policy) = (limit, policy);
    }

    /// <summary>How many members there are.</summary>
    public int Count => _members.Count;

    /// <summary>Adds a WebSocket until it ends or is removed; false when it is a member.</summary>
    /// <exception cref="ArgumentException">It is a client's: those mask each message differently.</exception>
    public bool Add(WebSocketConnection socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        if (socket.Info.Request is null)
            throw new ArgumentException("Only WebSockets of a server take messages encoded for many.", nameof(socket));
        if (!_members.TryAdd(socket, true))
            return false;

        // Closed never fails, and nobody waits for the removal.
        _ = socket.Closed.ContinueWith(
            _ => Remove(socket), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return true;
    }

    /// <summary>Removes a WebSocket; false when it is no member.</summary>
    public bool Remove(WebSocketConnection socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return _members.TryRemove(socket, out _);
    }

    /// <summary>Sends a text message to all.</summary>
    /// <returns>How many it was handed to; the others were slow or are closing.</returns>
    public int Send(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Send(isText: true, Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Sends a binary message to all, copied.</summary>
    /// <returns>How many it was handed to; the others were slow or are closing.</returns>
    public int Send(ReadOnlyMemory<byte> bytes) => Send(isText: false, bytes);

    private int Send(bool isText, ReadOnlyMemory<byte> bytes)
    {
        EncodedMessage? encoded = null;
        var sent = 0;
        foreach (var (socket, _) in _members)
        {
            if (IsSlow(socket, bytes.Length))
                continue;
            encoded ??= EncodedMessage.Of(isText, bytes.Span, socket.Driver.Spec.Settings);
            if (socket.TrySendEncoded(encoded))
                sent++;
            else
                Remove(socket);
        }

        return sent;
    }

    private bool IsSlow(WebSocketConnection socket, int size)
    {
        var waiting = socket.Driver.Outbox.Bytes;
        if (waiting == 0 || waiting + size <= _limit)
            return false;
        if (_policy == SlowPeerPolicy.Skip)
            return true;
        Remove(socket);
        if (_policy == SlowPeerPolicy.Drop)
            socket.Abort();
        else
            socket.TryClose(WebSocketClose.TryAgainLater);
        return true;
    }
}
