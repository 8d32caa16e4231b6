using System.Net;
using Akka.Actor;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp;

/// <summary>
/// What a listener needs to know. Immutable; the credit and the counters are shared with its siblings.
/// </summary>
/// <param name="Index">Its number among its siblings.</param>
/// <param name="EndPoint">Where to listen: the actual port, once it is known.</param>
/// <param name="Settings">The server's settings.</param>
/// <param name="Connections">Who adopts what is accepted.</param>
/// <param name="Credit">How many more connections there may be.</param>
/// <param name="Counters">Its counters.</param>
/// <param name="Bind">Opens the listening socket.</param>
internal sealed record ListenerSpec(
    int Index,
    EndPoint EndPoint,
    TcpSettings Settings,
    IActorRef Connections,
    ConnectionCredit Credit,
    ListenerCounters Counters,
    Func<TcpSettings, EndPoint, IAcceptSource> Bind);
