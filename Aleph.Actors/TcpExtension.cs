using Akka.Actor;
using Aleph.Actors.Tcp;

namespace Aleph.Actors;

/// <summary>What Aleph.Actors keeps of TCP for an actor system. Made at the first use.</summary>
public sealed class TcpExtension : IExtension
{
    private readonly Lazy<IActorRef> _manager;

    internal TcpExtension(ExtendedActorSystem system)
    {
        System = system;
        var aleph = AlephExtension.Get(system);
        (Settings, ClientSettings) = (aleph.TcpSettings, aleph.TcpClientSettings);
        _manager = new Lazy<IActorRef>(() => system.SystemActorOf(TcpManagerActor.Create(), "aleph-tcp"));
    }

    /// <summary>The actor system.</summary>
    public ActorSystem System { get; }

    /// <summary>The settings of the section <c>aleph.tcp</c> of the system's configuration.</summary>
    public TcpSettings Settings { get; }

    /// <summary>The settings of the section <c>aleph.tcp.client</c> of the system's configuration.</summary>
    public TcpClientSettings ClientSettings { get; }

    /// <summary>
    /// The counters of the connections that were made in this system by its manager, by the stream and function faces,
    /// and by <see cref="TcpClient.ConnectAsync"/>; those below an actor of <see cref="TcpClient.Props"/> are that
    /// actor's. A snapshot. Any thread.
    /// </summary>
    public TcpClientStatistics ClientStatistics => AlephExtension.Get(System).OutgoingCounters.Snapshot();

    /// <summary>
    /// Takes Akka.IO's <c>Tcp.Bind</c> and <c>Tcp.Connect</c> as <c>system.Tcp()</c> does, by the settings of this
    /// extension, and <see cref="TcpCommands"/>. Its actor is spawned under <c>/system</c> at the first use.
    /// </summary>
    public IActorRef Manager => _manager.Value;
}

/// <summary>Makes the <see cref="TcpExtension"/> of an actor system.</summary>
public sealed class TcpExtensionProvider : ExtensionIdProvider<TcpExtension>
{
    /// <inheritdoc/>
    public override TcpExtension CreateExtension(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return new TcpExtension(system);
    }
}

/// <summary>The way from an actor system to TCP.</summary>
public static class TcpActorSystemExtensions
{
    /// <summary>TCP for <paramref name="system"/>; made at the first use. Any thread.</summary>
    public static TcpExtension AlephTcp(this ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.Extension<TcpExtension, TcpExtensionProvider>();
    }
}
