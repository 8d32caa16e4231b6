using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Aleph.Actors.Http.Client;

/// <summary>
/// Every instrument of clients, on the meter <see cref="Meters.Client"/>, with OpenTelemetry's names, and the source of
/// their activities. Nothing is measured while nobody listens.
/// </summary>
internal static class HttpMeters
{
    private static readonly Meter Meter = new(Meters.Client);

    private static readonly InstrumentAdvice<double> Short = new()
    {
        HistogramBucketBoundaries =
            [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    /// <summary>Activities of requests.</summary>
    public static ActivitySource Activities { get; } = new(Meters.Client);

    /// <summary>
    /// From the sending to the head of the answer; tags: http.request.method, server.address, server.port, url.scheme,
    /// http.response.status_code, network.protocol.version, error.type.
    /// </summary>
    public static Histogram<double> RequestDuration { get; } = Meter.CreateHistogram(
        "http.client.request.duration", "s", "Duration of requests", null, Short);

    /// <summary>Requests under way; tags: http.request.method, server.address, server.port, url.scheme.</summary>
    public static UpDownCounter<long> ActiveRequests { get; } = Meter.CreateUpDownCounter<long>(
        "http.client.active_requests", "{request}", "Requests under way");

    /// <summary>Open connections; tags: server.address, server.port, url.scheme.</summary>
    public static UpDownCounter<long> OpenConnections { get; } = Meter.CreateUpDownCounter<long>(
        "http.client.open_connections", "{connection}", "Connections that are open");

    /// <summary>From the sending to a connection; tags as of active requests.</summary>
    public static Histogram<double> TimeInQueue { get; } = Meter.CreateHistogram(
        "http.client.request.time_in_queue", "s", "Time that requests waited for a connection", null, Short);

    /// <summary>Requests that were refused at once; tags: server.address, server.port, url.scheme.</summary>
    public static Counter<long> Rejections { get; } = Meter.CreateCounter<long>(
        "aleph.client.pool.rejected_requests", "{request}", "Requests that found the queue full or the origin down");

    public static TagList TagsOf(HttpOrigin origin) => new()
    {
        { "server.address", origin.Host },
        { "server.port", origin.Port },
        { "url.scheme", origin.Scheme },
    };

    /// <summary>The same with the method, where it is one of those that everybody knows.</summary>
    public static TagList With(TagList tags, string method)
    {
        tags.Add("http.request.method", method is HttpMethods.Get or HttpMethods.Head or HttpMethods.Post
            or HttpMethods.Put or HttpMethods.Delete or HttpMethods.Connect or HttpMethods.Options
            or HttpMethods.Trace or HttpMethods.Patch ? method : "_OTHER");
        return tags;
    }
}
