using System.Net;
using Akka.Actor;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The examples of docs/guide/dns.md, each a method; DnsGuideTests runs them.</summary>
internal static class DnsExamples
{
    public static async Task<IReadOnlyList<IPAddress>> ResolveAsync(ActorSystem system, string host)
    {
        try
        {
            return await system.Aleph().Dns.ResolveAsync(host);
        }
        catch (DnsException e) when (e.Kind is DnsFailure.NotFound or DnsFailure.NoData)
        {
            return [];
        }
    }

    public static IDnsResolver OfYourOwn(ActorSystem system, string nameServer)
    {
        var settings = DnsSettings.Default with
        {
            NameServers = [nameServer, DnsSettings.FromSystem],
            QueryTimeout = TimeSpan.FromSeconds(5),
            AddressTypes = DnsAddressTypes.IPv4Preferred,
        };
        var resolver = DnsResolver.Create(system, settings, "internal-names");
        return resolver;
    }

    public static async Task<string> TellAsync(ActorSystem system, string host)
    {
        var resolver = system.ActorOf(DnsResolver.Props(), "names");

        var answer = await resolver.Ask<DnsProtocol.Event>(new DnsProtocol.Resolve(host));
        var text = answer switch
        {
            DnsProtocol.Resolved found => $"{found.CanonicalName} is at {found.Addresses[0]} for {found.TimeToLive}",
            DnsProtocol.ResolveFailed failed => failed.Cause.Message,
            _ => "",
        };

        var counters = await resolver.Ask<DnsProtocol.Statistics>(DnsProtocol.GetStatistics.Instance);
        Console.WriteLine($"{counters.Hits} of {counters.Hits + counters.Misses} answers came from the cache");
        return text;
    }
}
