using Akka.Configuration;

namespace Aleph.Actors;

/// <summary>The reference configuration that this assembly carries (<c>hocon/aleph.conf</c>), parsed once.</summary>
internal static class AlephConfig
{
    public static Config Reference { get; } =
        ConfigurationFactory.FromResource("Aleph.Actors.aleph.conf", typeof(AlephConfig).Assembly);
}
