using System.Globalization;
using System.Net;

namespace Aleph.Actors.Http.Client.Proxy;

/// <summary>The hosts that no proxy is used for.</summary>
internal sealed class ProxyExceptions
{
    private readonly List<(string Name, int? Port)> _names = [];
    private readonly List<IPNetwork> _blocks = [];
    private readonly bool _all;

    public ProxyExceptions(IEnumerable<string> entries)
    {
        foreach (var entry in entries.Select(x => x.Trim().ToLowerInvariant()).Where(x => x.Length > 0))
        {
            if (entry == "*")
                _all = true;
            else if (IPNetwork.TryParse(entry, out var block))
                _blocks.Add(block);
            else
                _names.Add(Split(entry));
        }
    }

    public bool Contains(Uri url)
    {
        var host = url.IdnHost.ToLowerInvariant();
        if (_all)
            return true;
        if (IPAddress.TryParse(host, out var address) && _blocks.Any(x => x.Contains(address)))
            return true;
        return _names.Any(x => (x.Port is null || x.Port == url.Port)
            && (host == x.Name || host.EndsWith("." + x.Name, StringComparison.Ordinal)));
    }

    private static (string Name, int? Port) Split(string entry)
    {
        var colon = entry.LastIndexOf(':');
        int? port = null;
        if (colon > 0 && entry.IndexOf(':', StringComparison.Ordinal) == colon
            && int.TryParse(entry[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            (port, entry) = (number, entry[..colon]);
        }

        return (entry.TrimStart('*').TrimStart('.').Trim('[', ']'), port);
    }
}
