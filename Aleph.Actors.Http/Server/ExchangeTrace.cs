using System.Diagnostics;
using System.Globalization;
using System.Net;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Http.Server;

/// <summary>
/// What is measured of one exchange, and its activity, which goes on from the client's trace (W3C traceparent). Made
/// where somebody listens; begins and ends on the turn.
/// </summary>
internal sealed class ExchangeTrace
{
    private readonly HttpRequest _request;
    private readonly TimeProvider _time;
    private readonly long _begun;
    private readonly TagList _tags;

    private ExchangeTrace(HttpRequest request, TimeProvider time, string method)
    {
        (_request, _time, _begun) = (request, time, time.GetTimestamp());
        _tags = new TagList { { "http.request.method", method }, { "url.scheme", request.Scheme } };
        HttpServerMeters.ActiveRequests.Add(1, _tags);
        Activity = HttpServerMeters.Activities.HasListeners() ? Start(request, method) : null;
    }

    /// <summary>The activity; null where nobody wants it.</summary>
    public Activity? Activity { get; }

    /// <summary>Begins; null where nobody listens.</summary>
    /// <param name="request">What came, or stands for what could not be read.</param>
    /// <param name="time">The clock.</param>
    /// <param name="isRejected">Whether it is no request.</param>
    public static ExchangeTrace? Begin(HttpRequest request, TimeProvider time, bool isRejected)
    {
        if (!HttpServerMeters.IsWanted)
            return null;

        // Listeners are called, and the activity becomes current until the guard takes it away again.
        using var guard = UserCode.Enter();
        return new(request, time, isRejected ? "_OTHER" : HttpServerMeters.TagOf(request.Method));
    }

    /// <summary>Where the client's trace stands; the default where it has none.</summary>
    public static ActivityContext ParentOf(HttpRequest request)
    {
        DistributedContextPropagator.Current.ExtractTraceIdAndState(
            request.Headers, Field, out var parent, out var state);
        return ActivityContext.TryParse(parent, state, isRemote: true, out var context) ? context : default;
    }

    /// <summary>It is over.</summary>
    /// <param name="status">Of the answer; null where none was sent.</param>
    /// <param name="route">The template that the path fits; null where none is known.</param>
    /// <param name="error">Why it failed; null where it did not.</param>
    public void End(HttpStatus? status, string? route, string? error)
    {
        using var guard = UserCode.Enter();
        HttpServerMeters.ActiveRequests.Add(-1, _tags);
        if (error is null && status?.Code >= 500)
            error = status.Value.Code.ToString(CultureInfo.InvariantCulture);
        var tags = _tags;
        Add(ref tags, "http.route", route);
        Add(ref tags, "http.response.status_code", status?.Code);
        Add(ref tags, "network.protocol.version", _request.Version.ToString(2));
        Add(ref tags, "error.type", error);
        HttpServerMeters.RequestDuration.Record(_time.GetElapsedTime(_begun).TotalSeconds, tags);
        if (Activity is not { } activity)
            return;
        foreach (var (name, value) in tags)
            activity.SetTag(name, value);
        if (route is not null)
            activity.DisplayName = $"{activity.DisplayName} {route}";
        if (error is not null)
            activity.SetStatus(ActivityStatusCode.Error);
        activity.Stop();
    }

    private static void Add(ref TagList tags, string name, object? value)
    {
        if (value is not null)
            tags.Add(name, value);
    }

    private static Activity? Start(HttpRequest request, string method)
    {
        var activity = HttpServerMeters.Activities.StartActivity(
            method == "_OTHER" ? "HTTP" : method, ActivityKind.Server, ParentOf(request));
        if (activity is null)
            return null;
        foreach (var (name, value) in Baggage(request))
            activity.AddBaggage(name, value);
        if (!activity.IsAllDataRequested)
            return activity;

        // Not the query, which may hold secrets.
        activity.SetTag("http.request.method", method).SetTag("url.scheme", request.Scheme)
            .SetTag("url.path", request.Path).SetTag("server.address", request.Host)
            .SetTag("user_agent.original", request.Headers["User-Agent"])
            .SetTag("aleph.connection.id", request.ConnectionId).SetTag("aleph.request.id", request.Id);
        return request.RemoteEndPoint is IPEndPoint peer
            ? activity.SetTag("network.peer.address", peer.Address.ToString()).SetTag("network.peer.port", peer.Port)
            : activity;
    }

    private static IEnumerable<KeyValuePair<string, string?>> Baggage(HttpRequest request) =>
        DistributedContextPropagator.Current.ExtractBaggage(request.Headers, Field) ?? [];

    private static void Field(object? carrier, string name, out string? value, out IEnumerable<string>? values)
    {
        values = null;
        value = ((HttpHeaders)carrier!)[name];
    }
}
