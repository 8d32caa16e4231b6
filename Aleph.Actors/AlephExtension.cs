using Akka.Actor;
using Aleph.Actors.Connections;
using Aleph.Actors.Tcp;
using Aleph.Actors.Tcp.Client;

namespace Aleph.Actors;

/// <summary>
/// What Aleph.Actors keeps per actor system: its reference configuration, the IO dispatcher, the janitor of dead
/// letters, and the registry of live servers, which a coordinated shutdown drains. Made at the first use; ends with
/// the system.
/// </summary>
public sealed class AlephExtension : IExtension
{
    private readonly Lazy<IActorRef> _outgoing;
    private readonly Lazy<IDnsResolver> _dns;

    internal AlephExtension(ExtendedActorSystem system)
    {
        // Before the shutdown reads its phases, so that their timeouts are those of our configuration.
        system.Settings.InjectTopLevelFallback(AlephConfig.Reference);
        IoDispatcher.Install(system);
        TcpSettings = TcpSettings.FromConfig(system.Settings.Config);
        TcpClientSettings = TcpClientSettings.FromConfig(system.Settings.Config);
        _outgoing = new Lazy<IActorRef>(
            () => system.SystemActorOf(OutgoingActor.Create(OutgoingCounters), "aleph-outgoing"));
        _dns = new Lazy<IDnsResolver>(() => DnsResolver.OfSystem(system));
        Servers = new ServerRegistry();
        Janitor.Install(system);
        ServerShutdown.Install(system, Servers);
    }

    /// <summary>The settings of the section <c>aleph.tcp</c> of this system's configuration.</summary>
    public TcpSettings TcpSettings { get; }

    /// <summary>The settings of the section <c>aleph.tcp.client</c> of this system's configuration.</summary>
    public TcpClientSettings TcpClientSettings { get; }

    /// <summary>
    /// The resolver of this system, by the section <c>aleph.dns</c>; its actor is spawned under <c>/system</c> at the
    /// first use and lives as long as the system.
    /// </summary>
    public IDnsResolver Dns => _dns.Value;

    internal ServerRegistry Servers { get; }

    /// <summary>The parent of the connections that clients of this system make.</summary>
    internal IActorRef Outgoing => _outgoing.Value;

    /// <summary>The counters of those connections.</summary>
    internal ClientCounters OutgoingCounters { get; } = new();

    /// <summary>The extension of <paramref name="system"/>. Any thread.</summary>
    public static AlephExtension Get(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.Extension<AlephExtension, AlephExtensionProvider>();
    }
}

/// <summary>Makes the <see cref="AlephExtension"/> of an actor system.</summary>
public sealed class AlephExtensionProvider : ExtensionIdProvider<AlephExtension>
{
    /// <inheritdoc/>
    public override AlephExtension CreateExtension(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return new AlephExtension(system);
    }
}

/// <summary>The way from an actor system to Aleph.Actors.</summary>
public static class ActorSystemExtensions
{
    /// <summary>What Aleph.Actors keeps for <paramref name="system"/>; made at the first use. Any thread.</summary>
    public static AlephExtension Aleph(this ActorSystem system) => AlephExtension.Get(system);
}
