namespace Aleph.Actors;

/// <summary>Which addresses of a host are asked for, and which come first.</summary>
public enum DnsAddressTypes
{
    /// <summary>
    /// Both, as this machine can use them: IPv6 is not asked for where the system has none; an address to which no
    /// route leads comes last; else IPv6 is first (RFC 6724).
    /// </summary>
    Auto,

    /// <summary>IPv4 only.</summary>
    IPv4Only,

    /// <summary>IPv6 only.</summary>
    IPv6Only,

    /// <summary>Both, IPv4 first.</summary>
    IPv4Preferred,

    /// <summary>Both, IPv6 first.</summary>
    IPv6Preferred,
}
