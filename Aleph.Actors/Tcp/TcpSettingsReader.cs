using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Akka.Configuration;
using Akka.Event;
using Aleph.Actors.Transports.Tls;

namespace Aleph.Actors.Tcp;

/// <summary>Reads <see cref="TcpSettings"/> from HOCON. Ranges are the record's own business.</summary>
internal static class TcpSettingsReader
{
    public static TcpSettings Read(Config root)
    {
        var tcp = root.GetConfig("aleph.tcp");
        return new TcpSettings
        {
            Transport = ReadTransport(tcp),
            EndPoint = EndPointOf(tcp.GetString("host"), tcp.GetInt("port")),
            Backlog = tcp.GetInt("backlog"),
            MaxConnections = Limit(tcp, "max-connections"),
            DualMode = tcp.GetBoolean("dual-mode"),
            ReusePort = tcp.GetBoolean("reuse-port"),
            Listeners = tcp.GetInt("listeners"),
            AcceptRetryDelay = tcp.GetTimeSpan("accept-retry-delay"),
            RestartBackoffMin = tcp.GetTimeSpan("restart-backoff-min"),
            RestartBackoffMax = tcp.GetTimeSpan("restart-backoff-max"),
            DrainTimeout = tcp.GetTimeSpan("drain-timeout"),
            WireLog = ReadWireLog(tcp, "aleph.tcp.wire-log"),
            ProxyProtocol = ReadProxyProtocol(tcp.GetConfig("proxy-protocol")),
            UnhandledConnectionTimeout = tcp.GetTimeSpan("unhandled-connection-timeout"),
            Connection = ReadConnection(root),
            Tls = TlsSettingsReader.ReadServer(root),
        };
    }

    public static TcpClientSettings ReadClient(Config root)
    {
        var client = root.GetConfig("aleph.tcp.client");
        return new TcpClientSettings
        {
            Transport = ReadTransport(root.GetConfig("aleph.tcp")),
            ConnectTimeout = Time(client, "connect-timeout"),
            AttemptDelay = client.GetTimeSpan("attempt-delay"),
            WireLog = ReadWireLog(client, "aleph.tcp.client.wire-log"),
            Connection = ReadConnection(root),
            Tls = TlsSettingsReader.ReadClient(root),
        };
    }

    private static TcpTransport ReadTransport(Config tcp) => tcp.GetString("transport") switch
    {
        "sockets" => TcpTransport.Sockets,
        "akka-io" => TcpTransport.AkkaIo,
        var other => throw new ConfigurationException(
            $"aleph.tcp.transport is {other}; it must be sockets or akka-io"),
    };

    private static ProxyProtocolSettings ReadProxyProtocol(Config section) => new()
    {
        Mode = section.GetString("mode") switch
        {
            "off" or "no" or "false" => ProxyProtocolMode.Off,
            "optional" => ProxyProtocolMode.Optional,
            "required" => ProxyProtocolMode.Required,
            var other => throw new ConfigurationException(
                $"aleph.tcp.proxy-protocol.mode is {other}; it must be off, optional or required"),
        },
        TrustedSources = [.. section.GetStringList("trusted-sources").Select(NetworkOf)],
        HeaderTimeout = section.GetTimeSpan("header-timeout"),
    };

    private static WireLogSettings ReadWireLog(Config section, string path) => new()
    {
        Level = section.GetString("wire-log.level") switch
        {
            "off" or "no" or "false" => null,
            "debug" => LogLevel.DebugLevel,
            "info" => LogLevel.InfoLevel,
            "warning" => LogLevel.WarningLevel,
            var other => throw new ConfigurationException(
                $"{path}.level is {other}; it must be off, debug, info or warning"),
        },
        MaxBytes = Size(section, "wire-log.max-bytes"),
        Encrypted = section.GetBoolean("wire-log.encrypted"),
    };

    private static IPNetwork NetworkOf(string text) => IPNetwork.TryParse(text, out var network)
        ? network
        : throw new ConfigurationException(
            $"aleph.tcp.proxy-protocol.trusted-sources has {text}; each must be a network such as 10.0.0.0/8");

    private static ConnectionSettings ReadConnection(Config root)
    {
        var tcp = root.GetConfig("aleph.tcp");
        return new ConnectionSettings
        {
            OutputHighMark = Size(tcp, "connection.output-high-mark"),
            MinReceiveBuffer = Size(tcp, "connection.min-receive-buffer"),
            MaxReceiveBuffer = Size(tcp, "connection.max-receive-buffer"),
            StreamWindow = Size(tcp, "connection.stream-window"),
            LingerTimeout = tcp.GetTimeSpan("connection.linger-timeout"),
            IdleTimeout = Time(tcp, "connection.idle-timeout"),
            InlineCompletions = root.GetBoolean("aleph.io.inline-completions"),
        };
    }

    private static TimeSpan? Time(Config section, string key) =>
        section.GetTimeSpan(key) is var time && time == Timeout.InfiniteTimeSpan ? null : time;

    private static EndPoint EndPointOf(string host, int port)
    {
        if (host.StartsWith("unix:", StringComparison.Ordinal))
            return new UnixDomainSocketEndPoint(host["unix:".Length..]);
        if (port is < 0 or > 65535)
            throw new ConfigurationException($"aleph.tcp.port is {port}; it must be between 0 and 65535");
        if (host == "*")
            return new IPEndPoint(IPAddress.IPv6Any, port);
        if (host == "localhost")
            return new IPEndPoint(IPAddress.Loopback, port);
        return IPAddress.TryParse(host, out var address)
            ? new IPEndPoint(address, port)
            : throw new ConfigurationException(
                $"aleph.tcp.host is {host}; it must be an IP address, localhost, *, or unix:/path");
    }

    private static int? Limit(Config section, string key)
    {
        var text = section.GetString(key);
        if (text == "infinite")
            return null;
        return int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : throw new ConfigurationException($"aleph.tcp.{key} is {text}; it must be a whole number or infinite");
    }

    private static int Size(Config section, string key)
    {
        var size = section.GetByteSize(key, null)
            ?? throw new ConfigurationException($"aleph.tcp.{key} is missing; it must be a size such as 64KiB");
        return (int)Math.Clamp(size, int.MinValue, int.MaxValue);
    }
}
