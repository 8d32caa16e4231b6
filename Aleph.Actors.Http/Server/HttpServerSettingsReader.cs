using System.Globalization;
using Akka.Configuration;
using Aleph.Actors.Http.WebSocketFaces;

namespace Aleph.Actors.Http.Server;

/// <summary>Reads <see cref="HttpServerSettings"/> from HOCON. Ranges are the record's own business.</summary>
internal static class HttpServerSettingsReader
{
    private const string Section = "aleph.http.server";

    public static HttpServerSettings Read(Config root)
    {
        var http = root.GetConfig(Section);
        return new HttpServerSettings
        {
            Tcp = TcpSettings.FromConfig(root),
            MaxRequestLine = Size(http, "max-request-line"),
            MaxHeaderBytes = Size(http, "max-header-bytes"),
            MaxHeaderCount = http.GetInt("max-header-count"),
            MaxBodySize = Limit(http, "max-body-size") is { } bytes ? (long)bytes : null,
            MaxLeadingEmptyLines = http.GetInt("max-leading-empty-lines"),
            MaxChunkExtension = Size(http, "max-chunk-extension"),
            RequestHeadersTimeout = Time(http, "request-headers-timeout"),
            KeepAliveTimeout = Time(http, "keep-alive-timeout"),
            MinRequestBodyDataRate = Limit(http, "min-request-body-data-rate"),
            MinResponseDataRate = Limit(http, "min-response-data-rate"),
            DataRateGracePeriod = http.GetTimeSpan("data-rate-grace-period"),
            ResponseStallTimeout = Time(http, "response-stall-timeout"),
            DrainRequestTimeout = http.GetTimeSpan("drain-request-timeout"),
            DrainFirstRequestTimeout = http.GetTimeSpan("drain-first-request-timeout"),
            HandlerTimeout = Time(http, "handler-timeout"),
            HandlerDispatcher = http.GetString("handler-dispatcher") ?? "",
            UnhandledConnectionTimeout = http.GetTimeSpan("unhandled-connection-timeout"),
            PipeliningLimit = http.GetInt("pipelining-limit"),
            WebSocket = WebSocketSettingsReader.Read(root),
            ServerHeader = http.GetString("server-header") ?? "",
        };
    }

    private static int Size(Config section, string key) =>
        (int)Math.Clamp(section.GetByteSize(key, null) ?? throw Unreadable(key, "missing", "a size such as 8KiB"),
            int.MinValue, int.MaxValue);

    private static TimeSpan? Time(Config section, string key) =>
        section.GetTimeSpan(key) is var time && time == Timeout.InfiniteTimeSpan ? null : time;

    private static double? Limit(Config section, string key)
    {
        var text = section.GetString(key);
        if (text == "infinite")
            return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var limit)
            ? limit
            : throw Unreadable(key, text, "a number or infinite");
    }

    private static ConfigurationException Unreadable(string key, string? value, string allowed) =>
        new($"{Section}.{key} is {value}; it must be {allowed}");
}
