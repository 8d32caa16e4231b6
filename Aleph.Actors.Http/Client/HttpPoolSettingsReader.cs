using System.Globalization;
using Akka.Configuration;

namespace Aleph.Actors.Http.Client;

/// <summary>Reads <see cref="HttpPoolSettings"/> from HOCON, and says what is wrong with them.</summary>
internal static class HttpPoolSettingsReader
{
    private const string Section = "aleph.http.client";

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static HttpPoolSettings Read(Config root)
    {
        var http = root.GetConfig(Section);
        return new HttpPoolSettings
        {
            Tcp = TcpClientSettings.FromConfig(root),
            MaxConnections = http.GetInt("max-connections"),
            MaxTotalConnections = http.GetInt("max-total-connections"),
            MinConnections = http.GetInt("min-connections"),
            QueueSize = http.GetInt("queue-size"),
            QueueTimeout = Time(http, "queue-timeout"),
            IdleTimeout = Time(http, "idle-timeout"),
            Lifetime = Time(http, "lifetime"),
            MinBackoff = http.GetTimeSpan("min-backoff"),
            MaxBackoff = http.GetTimeSpan("max-backoff"),
            SendTimeout = Time(http, "send-timeout"),
            ResponseTimeout = Time(http, "response-timeout"),
            ReadTimeout = Time(http, "read-timeout"),
            RequestTimeout = Time(http, "request-timeout"),
            ExpectContinueTimeout = http.GetTimeSpan("expect-continue-timeout"),
            UnreadTimeout = http.GetTimeSpan("unread-timeout"),
            DrainSize = Size(http, "drain-size"),
            DrainTimeout = http.GetTimeSpan("drain-timeout"),
            MaxStatusLine = (int)Size(http, "max-status-line"),
            MaxHeaderBytes = (int)Size(http, "max-header-bytes"),
            MaxHeaderCount = http.GetInt("max-header-count"),
            MaxInterim = http.GetInt("max-interim"),
            MaxChunkExtension = (int)Size(http, "max-chunk-extension"),
            MaxBodySize = http.GetString("max-body-size") == "infinite" ? null : Number(http, "max-body-size"),
            AllowDelimitedByClose = http.GetBoolean("allow-delimited-by-close"),
            UserAgent = http.GetString("user-agent") ?? "",
        };
    }

    public static IReadOnlyList<string> Validate(HttpPoolSettings s)
    {
        var faults = new SettingsFaults(Section);
        faults.Between("max-connections", s.MaxConnections, 1, 65536);
        faults.Between("max-total-connections", s.MaxTotalConnections, 1, 1 << 20);
        faults.Between("min-connections", s.MinConnections, 0, Math.Max(1, s.MaxConnections));
        faults.Between("queue-size", s.QueueSize, 0, 1 << 20);
        Positive(faults, "queue-timeout", s.QueueTimeout);
        Positive(faults, "idle-timeout", s.IdleTimeout);
        Positive(faults, "lifetime", s.Lifetime);
        faults.Between("min-backoff", s.MinBackoff, Tick, Hour);
        faults.Between("max-backoff", s.MaxBackoff, s.MinBackoff < Hour ? s.MinBackoff : Hour, Hour);
        Positive(faults, "send-timeout", s.SendTimeout);
        Positive(faults, "response-timeout", s.ResponseTimeout);
        Positive(faults, "read-timeout", s.ReadTimeout);
        Positive(faults, "request-timeout", s.RequestTimeout);
        faults.Between("expect-continue-timeout", s.ExpectContinueTimeout, Tick, Day);
        faults.Between("unread-timeout", s.UnreadTimeout, Tick, Day);
        faults.AtLeast("drain-size", s.DrainSize, 0);
        faults.Between("drain-timeout", s.DrainTimeout, Tick, Day);
        faults.Between("max-status-line", s.MaxStatusLine, 16, 1 << 20);
        faults.Between("max-header-bytes", s.MaxHeaderBytes, 1, 1 << 20);
        faults.Between("max-header-count", s.MaxHeaderCount, 1, 10_000);
        faults.Between("max-interim", s.MaxInterim, 0, 1000);
        faults.Between("max-chunk-extension", s.MaxChunkExtension, 0, 64 * 1024);
        faults.AtLeast("max-body-size", s.MaxBodySize, 0);
        if (!FieldSyntax.IsValue(s.UserAgent))
        {
            faults.Add("user-agent", "no field value",
                "it must hold visible characters and spaces only, or be empty");
        }

        faults.AddRange(s.Tcp.Validate());
        return faults.All;
    }

    private static void Positive(SettingsFaults faults, string key, TimeSpan? value)
    {
        if (value <= TimeSpan.Zero)
            faults.Add(key, value, "it must be above 0s, or infinite");
    }

    private static TimeSpan? Time(Config section, string key) =>
        section.GetTimeSpan(key) is var time && time == Timeout.InfiniteTimeSpan ? null : time;

    private static long Size(Config section, string key) =>
        section.GetByteSize(key, null) ?? throw Unreadable(key, "missing", "a size such as 8KiB");

    private static long Number(Config section, string key)
    {
        var text = section.GetString(key);
        return long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Unreadable(key, text, "a number or infinite");
    }

    private static ConfigurationException Unreadable(string key, string? value, string allowed) =>
        new($"{Section}.{key} is {value}; it must be {allowed}");
}
