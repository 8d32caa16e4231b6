using System.Diagnostics.Metrics;

namespace Aleph.Actors;

/// <summary>
/// Every instrument of this assembly, on meters that a listener names <c>Aleph.Actors.*</c>. Names and tags follow
/// OpenTelemetry where it has any, and Kestrel's set for connections. Nothing is measured while nobody listens.
/// </summary>
public static class Meters
{
    /// <summary>The meter of servers and of the connections that they accept.</summary>
    public const string Server = "Aleph.Actors.Server";

    /// <summary>The meter of outgoing connections.</summary>
    public const string Client = "Aleph.Actors.Client";

    /// <summary>The meter of UDP sockets.</summary>
    public const string Udp = "Aleph.Actors.Udp";

    /// <summary>The meter of the resolver.</summary>
    public const string Dns = "Aleph.Actors.Dns";

    private static readonly Meter ServerMeter = new(Server);
    private static readonly Meter ClientMeter = new(Client);
    private static readonly Meter UdpMeter = new(Udp);
    private static readonly Meter DnsMeter = new(Dns);

    /// <summary>Instruments of accepted connections.</summary>
    internal static ConnectionInstruments Accepted { get; } = new(ServerMeter, "aleph.server");

    /// <summary>Instruments of outgoing connections.</summary>
    internal static ConnectionInstruments Outgoing { get; } = new(ClientMeter, "aleph.client");

    /// <summary>Sockets that a server closed at once: its configuration callback threw.</summary>
    internal static Counter<long> RejectedConnections { get; } = ServerMeter.CreateCounter<long>(
        "aleph.server.rejected_connections", "{connection}", "Connections closed before they were served");

    /// <summary>
    /// How long a client took to connect, or to fail to; tags: server.address, server.port, error.type.
    /// </summary>
    internal static Histogram<double> ConnectDuration { get; } = ClientMeter.CreateHistogram<double>(
        "aleph.client.connect.duration", "s", "Time to connect, look-up and TLS included");

    /// <summary>Datagrams; tag: network.io.direction (receive, transmit).</summary>
    internal static Counter<long> Datagrams { get; } = UdpMeter.CreateCounter<long>(
        "aleph.udp.datagrams", "{datagram}", "Datagrams received and sent");

    /// <summary>Bytes of datagrams; tag: network.io.direction.</summary>
    internal static Counter<long> DatagramBytes { get; } = UdpMeter.CreateCounter<long>(
        "aleph.udp.io", "By", "Bytes received and sent");

    /// <summary>Datagrams dropped because the receive queue was full.</summary>
    internal static Counter<long> DroppedDatagrams { get; } = UdpMeter.CreateCounter<long>(
        "aleph.udp.dropped_datagrams", "{datagram}", "Datagrams received and dropped");

    /// <summary>
    /// How long a look-up took that the cache could not answer; tags: dns.question.name, error.type.
    /// </summary>
    internal static Histogram<double> LookupDuration { get; } = DnsMeter.CreateHistogram<double>(
        "dns.lookup.duration", "s", "Time of a look-up");

    /// <summary>Questions to the resolver; tag: aleph.dns.cache (hit, negative_hit, merged, miss).</summary>
    internal static Counter<long> DnsQuestions { get; } = DnsMeter.CreateCounter<long>(
        "aleph.dns.questions", "{question}", "Questions to the resolver");
}

/// <summary>The instruments of one kind of connection.</summary>
internal sealed class ConnectionInstruments(Meter meter, string prefix)
{
    /// <summary>Whether anybody listens to any of them.</summary>
    public bool IsEnabled => Active.Enabled || Duration.Enabled || Bytes.Enabled || HandshakeDuration.Enabled;

    /// <summary>Connections open now; tags: server.address, server.port, network.transport, network.type.</summary>
    public UpDownCounter<long> Active { get; } = meter.CreateUpDownCounter<long>(
        prefix + ".active_connections", "{connection}", "Connections that are open");

    /// <summary>How long connections lasted; tags: as above, tls.protocol.version, error.type.</summary>
    public Histogram<double> Duration { get; } = meter.CreateHistogram<double>(
        prefix + ".connection.duration", "s", "Duration of connections");

    /// <summary>Bytes of ended connections; tag: network.io.direction.</summary>
    public Counter<long> Bytes { get; } = meter.CreateCounter<long>(
        prefix + ".connection.io", "By", "Bytes of connections that have ended, before TLS and filters");

    /// <summary>Connections whose TLS handshake is under way.</summary>
    public UpDownCounter<long> ActiveHandshakes { get; } = meter.CreateUpDownCounter<long>(
        prefix + ".active_tls_handshakes", "{handshake}", "TLS handshakes under way");

    /// <summary>How long TLS handshakes took; tags: tls.protocol.version, error.type.</summary>
    public Histogram<double> HandshakeDuration { get; } = meter.CreateHistogram<double>(
        prefix + ".tls_handshake.duration", "s", "Duration of TLS handshakes");
}
