using Akka.Actor;
using Akka.IO;

namespace Aleph.Actors.Tests.Transports.AkkaIo;

/// <summary>What lives below the TCP manager of stock Akka.IO.</summary>
internal static class StockActors
{
    public static IReadOnlyList<IActorRef> Of(ActorSystem system) => [.. Below(system.Tcp())];

    private static IEnumerable<IActorRef> Below(IActorRef parent) =>
        parent is ActorRefWithCell cell ? cell.Children.SelectMany(child => Below(child).Prepend(child)) : [];
}
