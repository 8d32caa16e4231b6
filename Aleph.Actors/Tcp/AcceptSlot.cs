using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp;

/// <summary>
/// The one accept that a listener has under way, and the source it comes from. What ends at once is answered at once;
/// what ends later is told to the listener as <see cref="ListenerMessages.Accepted"/>, by the thread on which it ended.
/// </summary>
internal sealed class AcceptSlot
{
    private readonly IActorRef _listener;
    private readonly Action _onCompleted;
    private IAcceptSource? _source;
    private ConfiguredValueTaskAwaitable<Socket>.ConfiguredValueTaskAwaiter _pending;

    public AcceptSlot(IActorRef listener)
    {
        _listener = listener;
        _onCompleted = OnCompleted;
    }

    /// <summary>Whether an accept is under way.</summary>
    public bool IsBusy { get; private set; }

    public EndPoint LocalEndPoint => _source!.LocalEndPoint;

    /// <summary>Takes over <paramref name="source"/>. Called once.</summary>
    public void Open(IAcceptSource source) => _source = source;

    /// <summary>Whether that accept was this slot's.</summary>
    public bool IsOf(ListenerMessages.Accepted accepted) => ReferenceEquals(accepted.Source, _source);

    /// <summary>The accept under way has ended and its message was received.</summary>
    public void Idle() => IsBusy = false;

    /// <summary>
    /// Begins an accept. True with a socket or an error when it has ended already; false when a message follows.
    /// </summary>
    public bool TryAccept(out Socket? socket, out Exception? error) =>
        Follow(_source!.AcceptAsync(), out socket, out error);

    /// <summary>
    /// Closes the source; an accept under way ends, and its message reaches the janitor if nobody else.
    /// </summary>
    public void Close() => _source?.Dispose();

    private bool Follow(ValueTask<Socket> accept, out Socket? socket, out Exception? error)
    {
        _pending = accept.ConfigureAwait(false).GetAwaiter();
        if (_pending.IsCompleted)
        {
            Result(out socket, out error);
            return true;
        }

        socket = null;
        error = null;
        IsBusy = true;
        _pending.UnsafeOnCompleted(_onCompleted);
        return false;
    }

    private void OnCompleted()
    {
        var source = _source!;
        Result(out var socket, out var error);
        IoDispatcher.TellFromCompletion(_listener, new ListenerMessages.Accepted(source, socket, error));
    }

    private void Result(out Socket? socket, out Exception? error)
    {
        var pending = _pending;
        _pending = default;
        try
        {
            socket = pending.GetResult();
            error = null;
        }
        catch (Exception e)
        {
            socket = null;
            error = e;
        }
    }
}
