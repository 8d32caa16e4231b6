using System.Net;

namespace Aleph.Actors;

/// <summary>
/// Whether connections of a listener begin with a PROXY protocol header, and from whom it is believed. The manual is
/// <c>hocon/aleph.conf</c>, section <c>aleph.tcp.proxy-protocol</c>.
/// </summary>
/// <remarks>
/// The address that a header names becomes the connection's <see cref="ConnectionInfo.RemoteEndPoint"/>, and the one
/// that the client had connected to its <see cref="ConnectionInfo.LocalEndPoint"/>, also for HTTP. A header that is
/// broken ends its connection.
/// </remarks>
public sealed record ProxyProtocolSettings
{
    private static readonly IPNetwork[] Loopback = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>The defaults: no headers.</summary>
    public static ProxyProtocolSettings Default { get; } = new();

    /// <summary>Whether there are headers. Default <see cref="ProxyProtocolMode.Off"/>.</summary>
    public ProxyProtocolMode Mode { get; init; }

    /// <summary>
    /// The networks whose headers are believed; Unix domain sockets always are. From elsewhere, a connection is closed
    /// where headers are required, and served without one where they are optional: what looks like a header is then
    /// payload. Default loopback.
    /// </summary>
    public IReadOnlyList<IPNetwork> TrustedSources { get; init; } = Loopback;

    /// <summary>
    /// How long the header may take: then the connection is closed where it is required, and served without one where
    /// it is optional. Above 0, up to 1 day. Default 5 s.
    /// </summary>
    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public bool Equals(ProxyProtocolSettings? other) =>
        other is not null && Mode == other.Mode && HeaderTimeout == other.HeaderTimeout
        && TrustedSources.SequenceEqual(other.TrustedSources);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Mode, HeaderTimeout, TrustedSources.Count);

    internal bool Trusts(EndPoint? source)
    {
        if (source is not IPEndPoint { Address: var address })
            return true;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return TrustedSources.Any(network => network.Contains(address));
    }

    internal void Validate(SettingsFaults faults)
    {
        if (HeaderTimeout <= TimeSpan.Zero || HeaderTimeout > TimeSpan.FromDays(1))
            faults.Add("proxy-protocol.header-timeout", HeaderTimeout, "it must be above 0s, and at most 1d");
        if (TrustedSources is null)
            faults.Add("proxy-protocol.trusted-sources", null, "it must be a list of networks, such as 10.0.0.0/8");
        if (!Enum.IsDefined(Mode))
            faults.Add("proxy-protocol.mode", Mode, "it must be off, optional or required");
    }
}

/// <summary>Whether connections begin with a PROXY protocol header.</summary>
public enum ProxyProtocolMode
{
    /// <summary>They do not; what looks like a header is payload.</summary>
    Off,

    /// <summary>They may. The first bytes tell, so the peer has to speak first, or the header timeout passes.</summary>
    Optional,

    /// <summary>They do; a connection without one is closed.</summary>
    Required,
}
