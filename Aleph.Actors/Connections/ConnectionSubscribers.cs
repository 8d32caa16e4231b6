using Akka.Actor;

namespace Aleph.Actors.Connections;

/// <summary>
/// Who is told what happens to the connections of one server. The server adds and removes on its turn; connections tell
/// on theirs, straight to the subscribers, so that what one connection tells arrives in order.
/// </summary>
internal sealed class ConnectionSubscribers
{
    private volatile IActorRef[] _all = [];

    /// <summary>Whether there is any.</summary>
    public bool Any => _all.Length > 0;

    public void Add(IActorRef subscriber)
    {
        if (!_all.Contains(subscriber))
            _all = [.. _all, subscriber];
    }

    /// <summary>False when it was none.</summary>
    public bool Remove(IActorRef subscriber)
    {
        var all = _all;
        _all = [.. all.Where(x => !x.Equals(subscriber))];
        return _all.Length < all.Length;
    }

    public void Tell(ServerProtocol.Event what, IActorRef sender)
    {
        foreach (var subscriber in _all)
            subscriber.Tell(what, sender);
    }
}
