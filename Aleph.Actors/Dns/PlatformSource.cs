using System.Net.Sockets;

namespace Aleph.Actors.Dns;

/// <summary>
/// The platform's own look-up, with its hosts file, search domains and whatever else it is configured with. It tells no
/// lifetimes, and on some platforms occupies a pool thread while it waits.
/// </summary>
internal sealed class PlatformSource(DnsSettings settings) : IDnsSource
{
    public async Task<DnsResult> LookUpAsync(HostName name, CancellationToken cancellation)
    {
        var family = settings.AddressTypes switch
        {
            DnsAddressTypes.IPv4Only => AddressFamily.InterNetwork,
            DnsAddressTypes.IPv6Only => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unspecified,
        };
        try
        {
            // WaitAsync, since not every platform can give up a look-up.
            var found = await System.Net.Dns.GetHostAddressesAsync(name.Name, family, cancellation)
                .WaitAsync(cancellation).ConfigureAwait(false);
            // The platform has put them in order by RFC 6724 already.
            var sorted = settings.AddressTypes is DnsAddressTypes.Auto
                ? found
                : AddressOrder.Sort(found, settings.AddressTypes, AddressOrder.HasRoute);
            return sorted.Count == 0
                ? new DnsResult.Failed(DnsFailure.NoData, "the platform knows no address of the wanted family")
                : new DnsResult.Found([.. sorted.Take(settings.MaxAddresses)], name.BareName, Ttl: null);
        }
        catch (SocketException e)
        {
            return new DnsResult.Failed(KindOf(e.SocketErrorCode), $"the platform says: {e.Message}");
        }
    }

    private static DnsFailure KindOf(SocketError error) => error switch
    {
        SocketError.HostNotFound => DnsFailure.NotFound,
        SocketError.NoData => DnsFailure.NoData,
        SocketError.TimedOut => DnsFailure.Timeout,
        _ => DnsFailure.ServerFailure,
    };
}
