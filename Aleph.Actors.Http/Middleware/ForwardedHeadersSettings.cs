using System.Net;
using Akka.Configuration;
using Aleph.Actors.Http.Middleware;

namespace Aleph.Actors.Http;

/// <summary>Whose word about a client is taken.</summary>
public sealed record ForwardedHeadersSettings
{
    /// <summary>The defaults.</summary>
    public static ForwardedHeadersSettings Default { get; } = new();

    /// <summary>The networks of the proxies that are trusted. Default none.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>How many proxies a request may have come through, 1 to 100. Default 1.</summary>
    public int MaxHops { get; init; } = 1;

    /// <summary>Whether X-Forwarded-Host is taken for the request's host. Default false.</summary>
    public bool UseHost { get; init; }

    /// <summary>Reads the section <c>aleph.http.forwarded-headers</c>, and the defaults where it is silent.</summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static ForwardedHeadersSettings FromConfig(Config config) =>
        HttpFeatureReader.ForwardedHeaders(HttpFeatureReader.Section(config, "forwarded-headers"));

    /// <summary>What is wrong with these settings; empty when they are valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new SettingsFaults("aleph.http.forwarded-headers");
        faults.Between("max-hops", MaxHops, 1, 100);
        return faults.All;
    }
}
