using System.Net;
using System.Text;
using Aleph.Actors.Http.Http1;
using Aleph.Actors.Http.Middleware;

namespace Aleph.Actors.Http;

/// <summary>Sees through proxies: who the client is, and which scheme and host it used.</summary>
public static class ForwardedHeaders
{
    private const string For = "X-Forwarded-For";
    private const string Proto = "X-Forwarded-Proto";
    private const string HostField = "X-Forwarded-Host";

    /// <summary>
    /// A middleware that takes address, scheme and host of a request from X-Forwarded-For, -Proto and -Host, where the
    /// connection comes from a trusted proxy. The lists are read from their end, as far as proxies are trusted and
    /// hops are allowed: what stands before, a client may have made up. From anybody else, and in any case after this
    /// middleware, the three fields are gone.
    /// </summary>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static HttpMiddleware Trust(ForwardedHeadersSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        SettingsFaults.ThrowIfAny(settings.Validate());
        return next => request => next(Seen(request, settings)
            .WithHeaders(request.Headers.Without(For).Without(Proto).Without(HostField)));
    }

    private static HttpRequest Seen(HttpRequest request, ForwardedHeadersSettings settings)
    {
        var addresses = List(request, For);
        var (remote, scheme, host) = (request.RemoteEndPoint, request.Scheme, request.Host);
        var (schemes, hosts) = (List(request, Proto), List(request, HostField));
        for (var hop = 1; hop <= settings.MaxHops && IsTrusted(remote, settings); hop++)
        {
            if (hop <= schemes.Length && schemes[^hop].ToLowerInvariant() is "http" or "https")
                scheme = schemes[^hop].ToLowerInvariant();
            if (settings.UseHost && hop <= hosts.Length && IsHost(hosts[^hop]))
                host = hosts[^hop];
            if (hop > addresses.Length || !TryAddress(addresses[^hop], out var address))
                break;
            remote = address;
        }

        return request.From(new ForwardedContext(request.Context, remote, scheme), host);
    }

    private static bool IsTrusted(EndPoint? remote, ForwardedHeadersSettings settings)
    {
        if (remote is not IPEndPoint { Address: var address })
            return false;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return settings.TrustedProxies.Any(x => x.Contains(address));
    }

    private static bool TryAddress(string text, out IPEndPoint address)
    {
        address = null!;
        if (!IPEndPoint.TryParse(text, out var parsed))
            return false;
        address = parsed;
        return true;
    }

    private static bool IsHost(string text) =>
        Ascii.IsValid(text) && HostSyntax.IsAuthority(Encoding.ASCII.GetBytes(text));

    private static string[] List(HttpRequest request, string field) =>
        request.Headers[field]?.Split(',', StringSplitOptions.TrimEntries) ?? [];

    private sealed class ForwardedContext(IRequestContext? inner, EndPoint? remote, string scheme)
        : DerivedContext(inner)
    {
        public override EndPoint? RemoteEndPoint => remote;

        public override string Scheme => scheme;
    }
}
