using Akka.Actor;

namespace Aleph.Actors;

/// <summary>What Aleph.Actors keeps of TCP for an actor system. Made at the first use.</summary>
public sealed class TcpExtension : IExtension
{
    internal TcpExtension(ExtendedActorSystem system)
    {
        System = system;
        var aleph = AlephExtension.Get(system);
        (Settings, ClientSettings) = (aleph.TcpSettings, aleph.TcpClientSettings);
    }

    /// <summary>The actor system.</summary>
    public ActorSystem System { get; }

    /// <summary>The settings of the section <c>aleph.tcp</c> of the system's configuration.</summary>
    public TcpSettings Settings { get; }

    /// <summary>The settings of the section <c>aleph.tcp.client</c> of the system's configuration.</summary>
    public TcpClientSettings ClientSettings { get; }
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
        return system.WithExtension<TcpExtension, TcpExtensionProvider>();
    }
}
