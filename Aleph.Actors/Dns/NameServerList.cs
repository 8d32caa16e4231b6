using System.Globalization;
using System.Net;

namespace Aleph.Actors.Dns;

/// <summary>Reads how name servers are written in settings.</summary>
internal static class NameServerList
{
    public const int DefaultPort = 53;

    /// <summary>An IP address with or without a port; IPv6 with a port needs brackets.</summary>
    public static bool TryParse(string? text, out IPEndPoint server)
    {
        server = null!;
        if (string.IsNullOrEmpty(text))
            return false;
        if (HostName.Parse(text).Address is { } bare)
        {
            server = new IPEndPoint(bare, DefaultPort);
            return true;
        }

        var colon = text.LastIndexOf(':');
        if (colon < 0
            || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port == 0
            || HostName.Parse(text[..colon]).Address is not { } address)
        {
            return false;
        }

        server = new IPEndPoint(address, port);
        return true;
    }
}
