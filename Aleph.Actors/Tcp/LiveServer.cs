using System.Collections.Concurrent;
using System.Net;
using Akka.Actor;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp;

/// <summary>
/// What code outside actors may know and await of one server. Its actor completes the tasks; the facade and the
/// shutdown await them. Any thread.
/// </summary>
internal sealed class LiveServer
{
    private readonly TaskCompletionSource<EndPoint> _bound = NewSource<EndPoint>();
    private readonly TaskCompletionSource<bool> _unbound = NewSource<bool>();
    private readonly TaskCompletionSource<bool> _ended = NewSource<bool>();

    /// <summary>The server's counters.</summary>
    public ServerCounters Counters { get; } = new();

    /// <summary>Who is told what happens to its connections.</summary>
    public ConnectionSubscribers Subscribers { get; } = new();

    /// <summary>Whether the server wants new connections.</summary>
    public bool IsReady { get; set => Volatile.Write(ref field, value); }

    /// <summary>Where the server listens; fails with a <see cref="BindException"/>.</summary>
    public Task<EndPoint> Bound => _bound.Task;

    /// <summary>Nothing of the server listens any more.</summary>
    public Task Unbound => _unbound.Task;

    /// <summary>The server actor and all its connections have ended.</summary>
    public Task Ended => _ended.Task;

    public void SetBound(EndPoint endPoint) => _bound.TrySetResult(endPoint);

    public void SetBindFailed(EndPoint endPoint, Exception cause)
    {
        if (_bound.TrySetException(new BindException(endPoint, cause)))
            _ = _bound.Task.Exception;
    }

    public void SetUnbound() => _unbound.TrySetResult(true);

    public void SetEnded(EndPoint endPoint)
    {
        SetUnbound();
        SetBindFailed(endPoint, new OperationCanceledException("The server was stopped before it listened"));
        _ended.TrySetResult(true);
    }

    private static TaskCompletionSource<T> NewSource<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The live servers of one actor system, for its shutdown. Any thread.</summary>
internal sealed class ServerRegistry
{
    private readonly ConcurrentDictionary<IActorRef, Entry> _servers = new();

    /// <summary>The servers that have not ended.</summary>
    public IReadOnlyCollection<Entry> All => [.. _servers.Values];

    public void Add(IActorRef server, LiveServer live, TimeSpan drainTimeout) =>
        _servers[server] = new Entry(server, live, drainTimeout);

    public void Remove(IActorRef server) => _servers.TryRemove(server, out _);

    /// <summary>One live server.</summary>
    internal sealed record Entry(IActorRef Server, LiveServer Live, TimeSpan DrainTimeout);
}
