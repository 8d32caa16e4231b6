using System.Net;
using Akka.Event;

namespace Aleph.Actors.Udp;

/// <summary>
/// Logs what a function throws on datagrams, at most once a second: datagrams cost their sender next to nothing, and
/// his address can be anybody's. On the socket's turn.
/// </summary>
internal sealed class HandlerFaults(ILoggingAdapter log, TimeProvider time)
{
    private long _loggedAt;
    private long _unlogged;
    private bool _hasLogged;

    public void Add(Exception fault, EndPoint from)
    {
        var now = time.GetTimestamp();
        if (_hasLogged && time.GetElapsedTime(_loggedAt, now) < TimeSpan.FromSeconds(1))
        {
            _unlogged++;
            return;
        }

        if (_unlogged == 0)
            log.Error(fault, "A datagram from {0} could not be handled", from);
        else
            log.Error(fault, "A datagram from {0} could not be handled, nor {1} before it", from, _unlogged);
        (_hasLogged, _loggedAt, _unlogged) = (true, now, 0);
    }
}
