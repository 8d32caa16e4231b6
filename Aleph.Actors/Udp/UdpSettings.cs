using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using Aleph.Actors.Udp;

namespace Aleph.Actors;

/// <summary>
/// How a UDP socket is bound, limited and tuned. The manual of every key is <c>hocon/aleph.conf</c>, section
/// <c>aleph.udp</c>; the defaults here are the same. Immutable: change with <c>with</c>.
/// </summary>
public sealed record UdpSettings
{
    // What a datagram carries over IPv6 (RFC 8200 4.5 without jumbograms, RFC 768).
    internal const int MaxPayloadIPv6 = 65_527;

    /// <summary>The defaults.</summary>
    public static UdpSettings Default { get; } = new();

    /// <summary>
    /// The address of the socket; port 0 lets the system choose. Null means no address of its own: such a socket only
    /// sends, from a port that the system picks at the first send. Default: IPv4 loopback, port 0.
    /// </summary>
    public IPEndPoint? EndPoint { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>
    /// The one peer of a connected socket: only its datagrams are received, and all are sent to it. An
    /// <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>, whose name is looked up once. Null (the default) for a
    /// socket that talks to everyone. A peer beyond this machine needs another <see cref="EndPoint"/> than loopback:
    /// null lets the system choose.
    /// </summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>
    /// Whether a socket on every IPv6 address, or without an address, also talks IPv4. Default true.
    /// </summary>
    public bool DualMode { get; init; } = true;

    /// <summary>
    /// Whether other sockets may be bound to the same address and port, as several listeners of one multicast group
    /// are. Default false.
    /// </summary>
    public bool ReuseAddress { get; init; }

    /// <summary>Whether datagrams may be sent to broadcast addresses. Default false.</summary>
    public bool Broadcast { get; init; }

    /// <summary>
    /// SO_RCVBUF: how many bytes the kernel keeps until they are read, 256 B to 1 GiB; the kernel may take less. Null
    /// (the default) leaves it to the system.
    /// </summary>
    public int? ReceiveBuffer { get; init; }

    /// <summary>
    /// SO_SNDBUF: how many bytes the kernel keeps until they are sent, 256 B to 1 GiB. Null (the default) leaves it to
    /// the system.
    /// </summary>
    public int? SendBuffer { get; init; }

    /// <summary>
    /// The longest datagram that is received, 0 to 65,527 bytes; a longer one is dropped and counted, never cut.
    /// Default <see cref="Datagram.MaxPayload"/>.
    /// </summary>
    public int MaxDatagramSize { get; init; } = Datagram.MaxPayload;

    /// <summary>
    /// How many received datagrams may wait for the handler, the stream or the caller, 1 to 10,000,000. Those beyond
    /// are dropped and counted. Default 1024.
    /// </summary>
    public int ReceiveQueueCapacity { get; init; } = 1024;

    /// <summary>How many bytes those may have, 1 KiB to 1 GiB. Default 8 MiB.</summary>
    public int ReceiveQueueBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>
    /// How many datagrams may wait for the kernel or for the address of a host name, 1 to 10,000,000. Those beyond are
    /// refused to their senders. Default 1024.
    /// </summary>
    public int SendQueueCapacity { get; init; } = 1024;

    /// <summary>How many bytes those may have, 1 KiB to 1 GiB. Default 8 MiB.</summary>
    public int SendQueueBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Multicast groups that the socket joins when it is bound. Default none.</summary>
    public IReadOnlyList<IPAddress> MulticastGroups { get; init; } = [];

    /// <summary>
    /// The network interface for multicast, by its name or one of its addresses: where datagrams to a group leave, and
    /// where groups are joined. Null (the default) leaves it to the system.
    /// </summary>
    public string? MulticastInterface { get; init; }

    /// <summary>How many networks a datagram to a group may cross, 0 (this machine) to 255. Default 1.</summary>
    public int MulticastTtl { get; init; } = 1;

    /// <summary>Whether members on this machine get what this socket sends to a group. Default true.</summary>
    public bool MulticastLoopback { get; init; } = true;

    /// <summary>
    /// Whether completions run on the thread that polls sockets (<c>aleph.io.inline-completions</c>). Default false.
    /// </summary>
    public bool InlineCompletions { get; init; }

    /// <summary>
    /// What is logged of the socket's life and datagrams, in hexadecimal and as text. Default nothing.
    /// </summary>
    public WireLogSettings WireLog { get; init; } = WireLogSettings.Default;

    /// <summary>
    /// Called with the socket before it is bound, and after all other options. An exception is a failure to bind. Must
    /// not block. Default null.
    /// </summary>
    public Action<Socket>? ConfigureSocket { get; init; }

    /// <summary>Reads the section <c>aleph.udp</c>, and the defaults where it is silent.</summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static UdpSettings FromConfig(Config config) =>
        UdpSettingsReader.Read(CheckedConfig.Over(config, AlephConfig.Reference, "aleph.udp"));

    /// <summary>All that is wrong with these settings, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new SettingsFaults("aleph.udp");
        ValidateRemote(faults);
        if (ReceiveBuffer is { } receive)
            faults.Between("receive-buffer", receive, 256, 1 << 30);
        if (SendBuffer is { } send)
            faults.Between("send-buffer", send, 256, 1 << 30);
        faults.Between("max-datagram-size", MaxDatagramSize, 0, MaxPayloadIPv6);
        faults.Between("receive-queue-capacity", ReceiveQueueCapacity, 1, 10_000_000);
        faults.Between("receive-queue-bytes", ReceiveQueueBytes, 1024, 1 << 30);
        faults.Between("send-queue-capacity", SendQueueCapacity, 1, 10_000_000);
        faults.Between("send-queue-bytes", SendQueueBytes, 1024, 1 << 30);
        faults.Between("multicast-ttl", MulticastTtl, 0, 255);
        if (WireLog is null)
            faults.Add("wire-log", null, "it must be set");
        WireLog?.Validate(faults);
        if (WireLog is { Encrypted: true })
            faults.Add("wire-log.encrypted", "on", "UDP has no TLS beneath it");
        foreach (var group in MulticastGroups.Where(static g => !Multicast.IsGroup(g)))
            faults.Add("multicast-groups", group, "each must be a multicast address");
        return faults.All;
    }

    private void ValidateRemote(SettingsFaults faults)
    {
        if (RemoteEndPoint is not (null or IPEndPoint or DnsEndPoint))
            faults.Add("remote-host", RemoteEndPoint, "it must be an IP address or a host name, with a port");
        var port = RemoteEndPoint switch
        {
            IPEndPoint ip => ip.Port,
            DnsEndPoint dns => dns.Port,
            _ => 1,
        };
        faults.Between("remote-port", port, 1, 65535);
    }
}
