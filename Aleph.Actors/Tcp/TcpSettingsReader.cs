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
    private const string UnixScheme = "unix:";

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
            UnixSocketMode = Mode(tcp),
            Listeners = tcp.GetInt("listeners"),
            AcceptRetryDelay = tcp.GetTimeSpan("accept-retry-delay"),
            RestartBackoffMin = tcp.GetTimeSpan("restart-backoff-min"),
            RestartBackoffMax = tcp.GetTimeSpan("restart-backoff-max"),
            DrainTimeout = tcp.GetTimeSpan("drain-timeout"),
            ReadinessDelay = tcp.GetTimeSpan("readiness-delay"),
            InheritedSocket = InheritedSocket.Parse(tcp.GetString("inherited-socket")),
            StopWithBindHandler = tcp.GetBoolean("stop-with-bind-handler"),
            AcceptOnDemand = tcp.GetBoolean("accept-on-demand"),
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

    /// <summary>The wire log of a section; without <c>encrypted</c>, where there is no TLS.</summary>
    public static WireLogSettings ReadWireLog(Config section, string path) => new()
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
        Encrypted = section.GetBoolean("wire-log.encrypted", false),
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
            WriteBuffer = Size(tcp, "connection.write-buffer"),
            UnreadLimit = tcp.GetString("connection.unread-limit") == "infinite"
                ? null
                : Size(tcp, "connection.unread-limit"),
            RegisterTimeout = tcp.GetTimeSpan("connection.register-timeout"),
            InlineCompletions = root.GetBoolean("aleph.io.inline-completions"),
            SocketOptions = ReadSocket(tcp.GetConfig("connection.socket")),
        };
    }

    private static SocketSettings ReadSocket(Config section) => new()
    {
        NoDelay = section.GetBoolean("no-delay"),
        KeepAlive = section.GetBoolean("keep-alive"),
        KeepAliveTime = OrSystem(section, "keep-alive-time", (s, key) => s.GetTimeSpan(key)),
        KeepAliveInterval = OrSystem(section, "keep-alive-interval", (s, key) => s.GetTimeSpan(key)),
        KeepAliveCount = OrSystem(section, "keep-alive-count", (s, key) => s.GetInt(key)),
        ReceiveBuffer = OrSystem(section, "receive-buffer", Size),
        SendBuffer = OrSystem(section, "send-buffer", Size),
    };

    private static T? OrSystem<T>(Config section, string key, Func<Config, string, T> read)
        where T : struct => section.GetString(key) == "system" ? null : read(section, key);

    private static UnixFileMode? Mode(Config tcp)
    {
        var text = tcp.GetString("unix-socket-mode");
        if (text == "system")
            return null;
        return text.Length is > 0 and <= 4 && text.All(c => c is >= '0' and <= '7')
            ? (UnixFileMode)Convert.ToInt32(text, 8)
            : throw new ConfigurationException(
                $"aleph.tcp.unix-socket-mode is {text}; it must be permissions in octal, such as \"660\", or system");
    }

    private static TimeSpan? Time(Config section, string key) =>
        section.GetTimeSpan(key) is var time && time == Timeout.InfiniteTimeSpan ? null : time;

    private static EndPoint EndPointOf(string host, int port)
    {
        if (host.StartsWith(UnixScheme, StringComparison.Ordinal))
            return UnixEndPoint(host[UnixScheme.Length..]);
        if (port is < 0 or > 65535)
            throw new ConfigurationException($"aleph.tcp.port is {port}; it must be between 0 and 65535");
        if (host == "*")
            return new IPEndPoint(IPAddress.IPv6Any, port);
        if (host == "localhost")
            return new IPEndPoint(IPAddress.Loopback, port);
        return IPAddress.TryParse(host, out var address)
            ? new IPEndPoint(address, port)
            : throw new ConfigurationException(
                $"aleph.tcp.host is {LogText.Of(host)}; it must be an IP address, localhost, *, or unix:/path");
    }

    private static UnixDomainSocketEndPoint UnixEndPoint(string path)
    {
        try
        {
            return new UnixDomainSocketEndPoint(path);
        }
        catch (ArgumentException)
        {
            throw new ConfigurationException(
                $"aleph.tcp.host is {UnixScheme}{LogText.Of(path)}; its path must have 1 to 107 bytes " +
                $"(on some systems fewer), and has {System.Text.Encoding.UTF8.GetByteCount(path)}");
        }
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
