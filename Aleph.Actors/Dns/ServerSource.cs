using System.Net;
using Akka.Event;

namespace Aleph.Actors.Dns;

/// <summary>
/// Looks names up itself: in the hosts file, then with name servers over UDP and TCP, in search domains as configured.
/// No thread waits for anything.
/// </summary>
internal sealed class ServerSource : IDnsSource
{
    private static readonly IPEndPoint LocalServer = new(IPAddress.Loopback, NameServerList.DefaultPort);

    private readonly DnsSettings _settings;
    private readonly DnsCounters _counters;
    private readonly ILoggingAdapter _log;
    private readonly DnsWireLog? _wire;
    private readonly SystemConfiguration _system;
    private readonly WatchedFile<HostsFile>? _hosts;
    private int _turn = -1;

    public ServerSource(
        DnsSettings settings,
        DnsCounters counters,
        ILoggingAdapter log,
        string? resolvConf = null,
        DnsWireLog? wire = null)
    {
        _settings = settings;
        _counters = counters;
        _log = log;
        _wire = wire;
        _system = new SystemConfiguration(resolvConf ?? ResolvConf.SystemPath, settings.Time, Warn);
        var hosts = settings.HostsFile is DnsSettings.FromSystem ? HostsFile.SystemPath : settings.HostsFile;
        _hosts = hosts is null ? null : new WatchedFile<HostsFile>(hosts, HostsFile.Parse, Warn);
    }

    public async Task<DnsResult> LookUpAsync(HostName name, CancellationToken cancellation)
    {
        if (await FindInHostsFileAsync(name, cancellation).ConfigureAwait(false) is { } known)
            return known;
        var system = await _system.GetAsync(cancellation).ConfigureAwait(false);
        var inquiry = new Inquiry(
            [.. EndPoints(system).Select(x => new NameServer(x, _settings, _counters, _wire))], _settings, _log);
        var domains = _settings.SearchDomains
            .SelectMany(x => x == DnsSettings.FromSystem ? system.Search : [x]).ToArray();
        DnsResult.Failed? nothing = null;
        foreach (var candidate in SearchList.Candidates(name, domains, _settings.Ndots ?? system.Ndots))
        {
            var result = await FamilyMerge
                .ResolveAsync(inquiry, candidate, _settings, cancellation).ConfigureAwait(false);
            // A server that cannot tell ends the search: the same name in another domain may be another host.
            if (result is not DnsResult.Failed { IsNegative: true } negative)
                return result;
            nothing = FamilyMerge.Both(nothing, negative);
        }

        return nothing!;
    }

    private async ValueTask<DnsResult?> FindInHostsFileAsync(HostName name, CancellationToken cancellation)
    {
        if (_hosts is null)
            return null;
        var hosts = await _hosts.GetAsync(cancellation).ConfigureAwait(false);
        var found = AddressOrder.Sort(hosts.Find(name.BareName), _settings.AddressTypes, AddressOrder.HasRoute);
        // Not remembered: the file is at hand, and may change.
        return found.Count == 0
            ? null
            : new DnsResult.Found([.. found.Take(_settings.MaxAddresses)], name.BareName, TimeSpan.Zero);
    }

    /// <summary>The name servers of the next look-up, in its order.</summary>
    internal IPEndPoint[] EndPoints(ResolvConf system)
    {
        // resolv.conf(5): without an entry, the server is on this machine.
        IReadOnlyList<IPEndPoint> ofSystem = system.Servers.Count > 0 ? system.Servers : [LocalServer];
        var all = _settings.NameServers
            .SelectMany(x => NameServerList.TryParse(x, out var server) ? [server] : ofSystem)
            .Distinct()
            .ToArray();
        if (!_settings.Rotate)
            return all;
        var first = (int)((uint)Interlocked.Increment(ref _turn) % all.Length);
        return [.. all[first..], .. all[..first]];
    }

    private void Warn(Exception e) => _log.Warning("A file of the system's resolver cannot be read: {0}", e.Message);
}
