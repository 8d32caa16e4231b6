using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Aleph.Actors.Http.Server;

/// <summary>
/// Every instrument of HTTP servers, on the meter <see cref="Meters.Server"/>, with OpenTelemetry's names, and the
/// source of their activities. Those of connections are in <see cref="Meters"/>. Nothing is measured while nobody
/// listens.
/// </summary>
internal static class HttpServerMeters
{
    private static readonly Meter Meter = new(Meters.Server);

    private static readonly InstrumentAdvice<double> Short = new()
    {
        HistogramBucketBoundaries =
            [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    };

    /// <summary>Activities of requests.</summary>
    public static ActivitySource Activities { get; } = new(Meters.Server);

    /// <summary>
    /// From the head of a request to the end of its answer; tags: http.request.method, url.scheme, http.route,
    /// http.response.status_code, network.protocol.version, error.type.
    /// </summary>
    public static Histogram<double> RequestDuration { get; } = Meter.CreateHistogram(
        "http.server.request.duration", "s", "Duration of requests", null, Short);

    /// <summary>Requests under way; tags: http.request.method, url.scheme.</summary>
    public static UpDownCounter<long> ActiveRequests { get; } = Meter.CreateUpDownCounter<long>(
        "http.server.active_requests", "{request}", "Requests under way");

    /// <summary>Whether anybody wants to know.</summary>
    public static bool IsWanted =>
        RequestDuration.Enabled || ActiveRequests.Enabled || Activities.HasListeners();

    /// <summary>A method as a tag: clients could make up any number of others.</summary>
    public static string TagOf(string method) => method is HttpMethods.Get or HttpMethods.Head or HttpMethods.Post
        or HttpMethods.Put or HttpMethods.Delete or HttpMethods.Connect or HttpMethods.Options or HttpMethods.Trace
        or HttpMethods.Patch ? method : "_OTHER";
}
