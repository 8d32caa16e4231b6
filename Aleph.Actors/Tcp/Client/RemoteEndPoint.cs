using System.Net;

namespace Aleph.Actors.Tcp.Client;

/// <summary>Where a client is to connect, from what people write.</summary>
internal static class RemoteEndPoint
{
    /// <summary>The end point of a host and a port.</summary>
    /// <param name="host">A name to look up, or an IP address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such port.</exception>
    public static EndPoint Of(string host, int port)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(host);
        if (port is < 1 or > 65535)
            throw new ArgumentOutOfRangeException(nameof(port), port, $"The port is {port}; it must be 1 to 65535.");
        return IPAddress.TryParse(host, out var address)
            ? new IPEndPoint(address, port)
            : new DnsEndPoint(host, port);
    }
}
