using System.Globalization;
using Akka.Configuration;
using Akka.Event;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>Reads <see cref="WebSocketSettings"/> from HOCON. Ranges are the record's own business.</summary>
internal static class WebSocketSettingsReader
{
    private const string Section = "aleph.http.websocket";

    public static WebSocketSettings Read(Config root)
    {
        var section = root.GetConfig(Section);
        return new WebSocketSettings
        {
            MaxFrameSize = section.GetString("max-frame-size") == "infinite" ? null : Size(section, "max-frame-size"),
            MaxMessageSize = Size(section, "max-message-size"),
            MaxFragments = section.GetInt("max-fragments"),
            FragmentSize = SmallSize(section, "fragment-size"),
            ReceiveWindow = SmallSize(section, "receive-window"),
            SendLimit = Size(section, "send-limit"),
            StrictLimit = SmallSize(section, "strict-limit"),
            Compression = section.GetBoolean("compression"),
            CompressionLevel = section.GetInt("compression-level"),
            CompressionThreshold = SmallSize(section, "compression-threshold"),
            OwnContextTakeover = section.GetBoolean("own-context-takeover"),
            PeerContextTakeover = section.GetBoolean("peer-context-takeover"),
            ContextIdleTimeout = section.GetTimeSpan("context-idle-timeout"),
            HeartbeatInterval = Time(section, "heartbeat-interval"),
            HeartbeatTimeout = Time(section, "heartbeat-timeout"),
            CloseTimeout = section.GetTimeSpan("close-timeout"),
            SendStallTimeout = Time(section, "send-stall-timeout"),
            FrameLog = Level(section.GetString("frame-log")),
        };
    }

    private static LogLevel? Level(string text) => text switch
    {
        "off" or "no" or "false" => null,
        "debug" => LogLevel.DebugLevel,
        "info" => LogLevel.InfoLevel,
        "warning" => LogLevel.WarningLevel,
        _ => throw new ConfigurationException(
            $"{Section}.frame-log is {text}; it must be off, debug, info or warning"),
    };

    private static int SmallSize(Config section, string key) =>
        (int)Math.Clamp(Size(section, key), int.MinValue, int.MaxValue);

    private static long Size(Config section, string key) => section.GetByteSize(key, null)
        ?? throw new ConfigurationException(
            string.Create(CultureInfo.InvariantCulture, $"{Section}.{key} is missing; it must be a size such as 8KiB"));

    private static TimeSpan? Time(Config section, string key) =>
        section.GetTimeSpan(key) is var time && time == Timeout.InfiniteTimeSpan ? null : time;
}
