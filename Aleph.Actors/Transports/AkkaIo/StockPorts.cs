using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Akka.Actor;

namespace Aleph.Actors.Transports.AkkaIo;

/// <summary>Where and how a <see cref="StockPort"/> listens. A port of equal terms can be inherited.</summary>
/// <param name="EndPoint">Where.</param>
/// <param name="Backlog">How many connections the kernel keeps waiting.</param>
/// <param name="DualMode">Whether IPv6 takes IPv4 too.</param>
/// <param name="ReusePort">Whether others may listen there; such a port need not be inherited.</param>
/// <param name="MaxReceiveBuffer">Of its connections, in bytes.</param>
/// <param name="ConfigureListener">What was done to the listening socket.</param>
internal sealed record StockTerms(
    EndPoint EndPoint, int Backlog, bool DualMode, bool ReusePort, int MaxReceiveBuffer,
    Action<Socket>? ConfigureListener);

/// <summary>
/// The ports of an actor system that nobody listens on any more but that are not closed yet: stock Akka.IO does not
/// close them before their last connection has ended. Whoever listens there next takes such a port over, or waits until
/// it has closed. Any thread.
/// </summary>
internal sealed class StockPorts(ExtendedActorSystem system) : IExtension
{
    private readonly ConcurrentDictionary<EndPoint, StockPort> _offered = new();

    // Told by the event stream, which forgets it with the system.
    public LostAccepts LostAccepts { get; } = new(system);

    public static StockPorts Of(ActorSystem system) => system.Extension<StockPorts, Provider>();

    public StockPort? Find(EndPoint endPoint) => _offered.GetValueOrDefault(endPoint);

    public void Offer(StockPort port, EndPoint endPoint) => _offered[endPoint] = port;

    public void Withdraw(StockPort port, EndPoint endPoint) =>
        _offered.TryRemove(new KeyValuePair<EndPoint, StockPort>(endPoint, port));

    private sealed class Provider : ExtensionIdProvider<StockPorts>
    {
        public override StockPorts CreateExtension(ExtendedActorSystem system) => new(system);
    }
}
