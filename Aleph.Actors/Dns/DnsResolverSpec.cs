using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Dns;

/// <summary>What a resolver actor is made of; what it remembers and counts outlives its restarts.</summary>
internal sealed class DnsResolverSpec
{
    public DnsResolverSpec(DnsSettings settings, Func<DnsResolverSpec, ActorSystem, IDnsSource>? source = null)
    {
        SettingsFaults.ThrowIfAny(settings.Validate());
        Settings = settings;
        Counters = new DnsCounters();
        Cache = new DnsCache(settings);
        Ready = new ReadyAnswers(settings, Cache, Counters);
        Source = source ?? ((_, system) => settings.NameServers.Count == 0
            ? new PlatformSource(settings)
            : new ServerSource(
                settings,
                Counters,
                Logging.GetLogger(system, typeof(DnsResolverActor)),
                wire: DnsWireLog.For(system, settings.WireLog)));
    }

    public DnsSettings Settings { get; }

    public DnsCounters Counters { get; }

    public DnsCache Cache { get; }

    public ReadyAnswers Ready { get; }

    public Func<DnsResolverSpec, ActorSystem, IDnsSource> Source { get; }
}
