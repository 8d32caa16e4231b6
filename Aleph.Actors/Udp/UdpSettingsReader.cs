using System.Globalization;
using System.Net;
using Akka.Configuration;

namespace Aleph.Actors.Udp;

/// <summary>Reads <see cref="UdpSettings"/> from HOCON. Ranges are the record's own business.</summary>
internal static class UdpSettingsReader
{
    private const string None = "none";
    private const string System = "system";

    public static UdpSettings Read(Config root)
    {
        var udp = root.GetConfig("aleph.udp");
        var multicastInterface = udp.GetString("multicast-interface");
        return new UdpSettings
        {
            EndPoint = Local(udp),
            RemoteEndPoint = Remote(udp),
            DualMode = udp.GetBoolean("dual-mode"),
            ReuseAddress = udp.GetBoolean("reuse-address"),
            Broadcast = udp.GetBoolean("broadcast"),
            ReceiveBuffer = BufferSize(udp, "receive-buffer"),
            SendBuffer = BufferSize(udp, "send-buffer"),
            MaxDatagramSize = Size(udp, "max-datagram-size"),
            ReceiveQueueCapacity = udp.GetInt("receive-queue-capacity"),
            ReceiveQueueBytes = Size(udp, "receive-queue-bytes"),
            SendQueueCapacity = udp.GetInt("send-queue-capacity"),
            SendQueueBytes = Size(udp, "send-queue-bytes"),
            MulticastGroups = Groups(udp),
            MulticastInterface = multicastInterface == System ? null : multicastInterface,
            MulticastTtl = udp.GetInt("multicast-ttl"),
            MulticastLoopback = udp.GetBoolean("multicast-loopback"),
            WireLog = Tcp.TcpSettingsReader.ReadWireLog(udp, "aleph.udp.wire-log"),
            InlineCompletions = root.GetBoolean("aleph.io.inline-completions"),
        };
    }

    private static IPEndPoint? Local(Config udp)
    {
        var host = udp.GetString("host");
        var port = Port(udp, "port");
        if (host == None)
            return null;
        if (host == "*")
            return new IPEndPoint(IPAddress.IPv6Any, port);
        if (host == "localhost")
            return new IPEndPoint(IPAddress.Loopback, port);
        return IPAddress.TryParse(host, out var address)
            ? new IPEndPoint(address, port)
            : throw new ConfigurationException(
                $"aleph.udp.host is {LogText.Of(host)}; it must be an IP address, localhost, *, or none");
    }

    private static EndPoint? Remote(Config udp)
    {
        var host = udp.GetString("remote-host");
        var port = Port(udp, "remote-port");
        if (host == None)
            return null;
        return IPAddress.TryParse(host, out var address)
            ? new IPEndPoint(address, port)
            : new DnsEndPoint(host, port);
    }

    private static int Port(Config udp, string key)
    {
        var port = udp.GetInt(key);
        return port is >= 0 and <= 65535
            ? port
            : throw new ConfigurationException($"aleph.udp.{key} is {port}; it must be between 0 and 65535");
    }

    private static IReadOnlyList<IPAddress> Groups(Config udp)
    {
        var texts = udp.GetStringList("multicast-groups");
        return texts.Count == 0 ? [] : [.. texts.Select(Group)];
    }

    private static IPAddress Group(string text) => IPAddress.TryParse(text, out var group)
        ? group
        : throw new ConfigurationException($"aleph.udp.multicast-groups has {text}; each must be an IP address");

    private static int? BufferSize(Config udp, string key) =>
        udp.GetString(key) == System ? null : Size(udp, key);

    private static int Size(Config udp, string key)
    {
        var size = udp.GetByteSize(key, null)
            ?? throw new ConfigurationException(string.Create(
                CultureInfo.InvariantCulture, $"aleph.udp.{key} is missing; it must be a size such as 64KiB"));
        return (int)Math.Clamp(size, int.MinValue, int.MaxValue);
    }
}
