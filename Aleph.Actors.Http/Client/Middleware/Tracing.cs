using System.Diagnostics;

namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>
/// Measures requests, makes an activity of each, and sends the trace on (W3C traceparent). The innermost step: each
/// redirect and each repetition counts for itself. Costs nothing while nobody listens and no activity is current.
/// </summary>
internal static class Tracing
{
    /// <summary>Whether anybody wants to know.</summary>
    public static bool IsWanted => Activity.Current is not null || HttpMeters.RequestDuration.Enabled
        || HttpMeters.ActiveRequests.Enabled || HttpMeters.TimeInQueue.Enabled || HttpMeters.Activities.HasListeners();

    public static async Task<HttpResponse> SendAsync(
        HttpRequest request, ClientContext context, Func<HttpRequest, Task<HttpResponse>> send)
    {
        using var activity = Begin(request, context);
        var tags = HttpMeters.With(context.Tags, request.Method);
        HttpMeters.ActiveRequests.Add(1, tags);
        var begun = context.Time.GetTimestamp();
        string? error = null;
        HttpResponse? response = null;
        try
        {
            response = await send(WithTrace(request)).ConfigureAwait(false);
            if (response.Status.Code >= 400)
                error = response.Status.Code.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return response;
        }
        catch (Exception cause)
        {
            error = cause is HttpClientException client ? NameOf(client) : cause.GetType().FullName;
            throw;
        }
        finally
        {
            HttpMeters.ActiveRequests.Add(-1, tags);
            if (response?.Info?.Timings.Queued is { } queued)
                HttpMeters.TimeInQueue.Record(queued.TotalSeconds, tags);
            End(activity, response, error, tags);
            if (response is not null)
            {
                tags.Add("http.response.status_code", response.Status.Code);
                tags.Add("network.protocol.version", response.Info?.Version.ToString());
            }

            if (error is not null)
                tags.Add("error.type", error);
            HttpMeters.RequestDuration.Record(context.Time.GetElapsedTime(begun).TotalSeconds, tags);
        }
    }

    private static Activity? Begin(HttpRequest request, ClientContext context)
    {
        var activity = HttpMeters.Activities.StartActivity(request.Method, ActivityKind.Client);
        if (activity is not { IsAllDataRequested: true })
            return activity;
        foreach (var (name, value) in HttpMeters.With(context.Tags, request.Method))
            activity.SetTag(name, value);

        // Neither user-info nor query: both may hold secrets.
        return activity.SetTag("url.full", $"{context.Origin}{request.Url!.AbsolutePath}");
    }

    private static void End(Activity? activity, HttpResponse? response, string? error, in TagList tags)
    {
        if (activity is null)
            return;
        if (response is not null)
            activity.SetTag("http.response.status_code", response.Status.Code);
        if (error is null)
            return;
        activity.SetTag("error.type", error);
        activity.SetStatus(ActivityStatusCode.Error);
    }

    private static HttpRequest WithTrace(HttpRequest request)
    {
        var headers = request.Headers;
        DistributedContextPropagator.Current.Inject(Activity.Current, null, (_, name, value) =>
        {
            if (!headers.Contains(name))
                headers = headers.Add(name, value);
        });
        return ReferenceEquals(headers, request.Headers) ? request : request.WithHeaders(headers);
    }

    private static string NameOf(HttpClientException cause) => cause.Failure switch
    {
        HttpClientFailure.Resolve => "name_resolution_error",
        HttpClientFailure.Connect or HttpClientFailure.OriginDown => "connection_error",
        HttpClientFailure.Tls => "secure_connection_error",
        HttpClientFailure.Proxy => "proxy_tunnel_error",
        HttpClientFailure.ConnectionEnded => "response_ended",
        HttpClientFailure.Protocol => "invalid_response",
        HttpClientFailure.Limit => "configuration_limit_exceeded",
        _ => cause.GetType().FullName!,
    };
}
