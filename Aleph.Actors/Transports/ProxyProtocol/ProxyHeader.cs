using System.Net;

namespace Aleph.Actors;

/// <summary>
/// What a proxy said of a connection in its PROXY protocol header (version 1 or 2): who is at its far end. A listener
/// reads it before the first byte of the connection's protocol; see <see cref="ProxyProtocolSettings"/>.
/// </summary>
/// <param name="Version">1 (a line of text) or 2 (binary).</param>
/// <param name="Source">
/// The client's address, or null where the proxy names none: a health check of its own (LOCAL), or an unknown family.
/// </param>
/// <param name="Destination">The address that the client had connected to, or null likewise.</param>
public sealed record ProxyHeader(int Version, EndPoint? Source, EndPoint? Destination)
{
    /// <summary>The additions of version 2 in their order, unknown ones too; empty in version 1.</summary>
    public IReadOnlyList<ProxyField> Fields { get; init; } = [];

    /// <summary>The address of the proxy itself, from which the connection came; null where there is none.</summary>
    public EndPoint? Proxy { get; init; }
}

/// <summary>One addition (TLV) of a version 2 header.</summary>
/// <param name="Type">Its type, such as 1 for the ALPN protocol, 2 for the host name, 32 for TLS facts.</param>
/// <param name="Value">Its bytes.</param>
public sealed record ProxyField(byte Type, ReadOnlyMemory<byte> Value);
