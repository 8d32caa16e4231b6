using Akka.Actor;
using Aleph.Actors.Dns;

namespace Aleph.Actors;

/// <summary>
/// Resolvers of host names: each is an actor with a cache, which merges look-ups of one name. <c>system.Aleph().Dns</c>
/// is the one of the system; another one, with other settings, is spawned by <see cref="Create"/>, or from <see
/// cref="Props"/> and told <see cref="DnsProtocol"/>.
/// </summary>
public static class DnsResolver
{
    /// <summary>The Props of a resolver actor.</summary>
    /// <param name="settings">How it resolves; null for <see cref="DnsSettings.Default"/>.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static Props Props(DnsSettings? settings = null) =>
        DnsResolverActor.Create(new DnsResolverSpec(settings ?? DnsSettings.Default));

    /// <summary>Spawns a resolver actor and answers it as a function; it ends with its parent.</summary>
    /// <param name="parent">An actor system, or the context of an actor (then on that actor's turn only).</param>
    /// <param name="settings">How it resolves; null for <see cref="DnsSettings.Default"/>.</param>
    /// <param name="name">The actor's name; null lets the system choose.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    /// <exception cref="InvalidActorNameException">The name is taken or is not one.</exception>
    public static IDnsResolver Create(IActorRefFactory parent, DnsSettings? settings = null, string? name = null)
    {
        ArgumentNullException.ThrowIfNull(parent);
        var spec = new DnsResolverSpec(settings ?? DnsSettings.Default);
        return new DnsFacade(parent.ActorOf(DnsResolverActor.Create(spec), name), spec);
    }

    /// <summary>An actor that speaks <see cref="DnsProtocol"/>, as a function: a resolver, a router of some, your own.
    /// </summary>
    /// <param name="resolver">That actor.</param>
    /// <param name="timeout">How long to wait for its answers; then <see cref="DnsFailure.Timeout"/>.</param>
    public static IDnsResolver Over(IActorRef resolver, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        return new AskingResolver(resolver, timeout);
    }

    internal static IDnsResolver OfSystem(ExtendedActorSystem system)
    {
        var spec = new DnsResolverSpec(DnsSettings.FromConfig(system.Settings.Config));
        return new DnsFacade(system.SystemActorOf(DnsResolverActor.Create(spec), "aleph-dns"), spec);
    }
}
