using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace Aleph.Actors.Dns;

/// <summary>
/// What the system is configured with: name servers, search domains, and the number of dots (resolv.conf(5)). Its other
/// options are ours to set.
/// </summary>
/// <param name="Servers">In order; none when the system does not say.</param>
/// <param name="Search">The search domains, in order.</param>
/// <param name="Ndots">0 to 15.</param>
internal sealed record ResolvConf(IReadOnlyList<IPEndPoint> Servers, IReadOnlyList<string> Search, int Ndots)
{
    public const int DefaultNdots = 1;
    public const int MaxNdots = 15;

    public static string SystemPath => "/etc/resolv.conf";

    /// <summary>Reads what it can; lines that say nothing are passed over. The last search line counts.</summary>
    public static ResolvConf Parse(string text)
    {
        var servers = new List<IPEndPoint>();
        IReadOnlyList<string> search = [];
        var ndots = DefaultNdots;
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["nameserver", var server, ..] when HostName.Parse(server).Address is { } address:
                    servers.Add(new IPEndPoint(address, NameServerList.DefaultPort));
                    break;
                case ["search" or "domain", ..]:
                    search = [.. words.Skip(1).Where(IsDomain)];
                    break;
                case ["options", ..]:
                    ndots = NdotsOf(words) ?? ndots;
                    break;
                default:
                    break;
            }
        }

        return new ResolvConf(servers, search, ndots);
    }

    /// <summary>The same of a system that keeps it with its network interfaces.</summary>
    public static ResolvConf OfInterfaces()
    {
        var up = NetworkInterface.GetAllNetworkInterfaces()
            .Where(static x => x.OperationalStatus is OperationalStatus.Up)
            .Select(static x => x.GetIPProperties())
            .ToArray();
        return new ResolvConf(
            [
                .. up.SelectMany(x => x.DnsAddresses).Distinct()
                    .Select(x => new IPEndPoint(x, NameServerList.DefaultPort)),
            ],
            [.. up.Select(static x => x.DnsSuffix).Where(IsDomain).Distinct()],
            DefaultNdots);
    }

    private static bool IsDomain(string text) => HostName.Parse(text) is { Fault: null, Address: null };

    private static int? NdotsOf(string[] options)
    {
        const string key = "ndots:";
        var option = options.LastOrDefault(x => x.StartsWith(key, StringComparison.Ordinal));
        return int.TryParse(option?[key.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var dots)
            ? Math.Min(dots, MaxNdots)
            : null;
    }
}
