using Akka.Configuration;
using Aleph.Actors.Http.Client;

namespace Aleph.Actors.Http;

/// <summary>
/// What a cache keeps, and for how long where a server does not say. The manual is <c>hocon/aleph.http.conf</c>,
/// section <c>aleph.http.client.cache</c>; the defaults here are the same. Immutable: change with <c>with</c>.
/// </summary>
public sealed record HttpCacheSettings
{
    /// <summary>The defaults.</summary>
    public static HttpCacheSettings Default { get; } = new();

    /// <summary>The most bytes of the store that a cache makes for itself, at least 0. Default 64 MiB.</summary>
    public long MaxSize { get; init; } = 64 * 1024 * 1024;

    /// <summary>The most answers of that store, 0 to 10000000. Default 10000.</summary>
    public int MaxEntries { get; init; } = 10_000;

    /// <summary>The longest body that is kept, in bytes, 0 to 1 GiB. Default 1 MiB.</summary>
    public int MaxBodySize { get; init; } = 1024 * 1024;

    /// <summary>
    /// How long an answer is fresh for which the server names no time: this part of its age since Last-Modified (RFC
    /// 9111 4.2.2), 0 to 1; 0 for never. Default 0.1.
    /// </summary>
    public double HeuristicFraction { get; init; } = 0.1;

    /// <summary>The longest such time, 0 to 365 days. Default 1 day.</summary>
    public TimeSpan MaxHeuristicLifetime { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Reads the section <c>aleph.http.client.cache</c>.</summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static HttpCacheSettings FromConfig(Config config) =>
        HttpClientSettingsReader.Cache(CheckedConfig.Over(config, HttpConfig.Reference, "aleph.http"));

    /// <summary>All that is wrong with these settings, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new SettingsFaults("aleph.http.client.cache");
        faults.AtLeast("max-size", MaxSize, 0);
        faults.Between("max-entries", MaxEntries, 0, 10_000_000);
        faults.Between("max-body-size", MaxBodySize, 0, 1 << 30);
        if (HeuristicFraction is not (>= 0 and <= 1))
            faults.Add("heuristic-fraction", HeuristicFraction, "it must be between 0 and 1");
        faults.Between("max-heuristic-lifetime", MaxHeuristicLifetime, TimeSpan.Zero, TimeSpan.FromDays(365));
        return faults.All;
    }
}
