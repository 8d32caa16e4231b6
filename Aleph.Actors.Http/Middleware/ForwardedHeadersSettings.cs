using System.Net;

namespace Aleph.Actors.Http;

/// <summary>Whose word about a client is taken.</summary>
public sealed record ForwardedHeadersSettings
{
    /// <summary>The networks of the proxies that are trusted. Default none.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>How many proxies a request may have come through, 1 to 100. Default 1.</summary>
    public int MaxHops { get; init; } = 1;

    /// <summary>Whether X-Forwarded-Host is taken for the request's host. Default false.</summary>
    public bool UseHost { get; init; }

    /// <summary>What is wrong with these settings; empty when they are valid.</summary>
    public IReadOnlyList<string> Validate() => MaxHops is >= 1 and <= 100
        ? []
        : [$"MaxHops is {MaxHops}; it must be 1 to 100"];
}
