using System.Net;

namespace Aleph.Actors.Udp;

/// <summary>Looks up the addresses of a host, the best first. Fails with a <see
/// cref="System.Net.Sockets.SocketException"/>.</summary>
internal delegate Task<IPAddress[]> NameResolver(string host);

/// <summary>Resolvers.</summary>
internal static class NameResolvers
{
    /// <summary>That of the operating system.</summary>
    public static NameResolver System { get; } = static host => global::System.Net.Dns.GetHostAddressesAsync(host);
}

/// <summary>The answer of a resolver, for the actor that asked.</summary>
internal sealed record NameResolved(DnsEndPoint EndPoint, IPAddress[] Addresses, Exception? Error)
    : Akka.Actor.INoSerializationVerificationNeeded, Akka.Event.IDeadLetterSuppression
{
    /// <summary>Asks; never fails.</summary>
    public static async Task<NameResolved> ResolveAsync(NameResolver resolver, DnsEndPoint endPoint)
    {
        if (IPAddress.TryParse(endPoint.Host, out var literal))
            return new NameResolved(endPoint, [literal], null);
        try
        {
            var addresses = await resolver(endPoint.Host).ConfigureAwait(false);
            return new NameResolved(endPoint, addresses, null);
        }
#pragma warning disable CA1031 // Whatever a resolver throws is the answer to those who wait for it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return new NameResolved(endPoint, [], e);
        }
    }
}
