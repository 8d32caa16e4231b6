using System.Globalization;

namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>Sends failed requests again, as <see cref="HttpRetry"/> says.</summary>
internal static class Retries
{
    public static Task<HttpResponse> SendAsync(HttpRequest request, HttpSend next, CancellationToken cancellation) =>
        request.Options.Retry is { } retry && request.Body is BytesBody
            ? SendAsync(request, retry, next, cancellation)
            : next(request, cancellation);

    private static async Task<HttpResponse> SendAsync(
        HttpRequest request, HttpRetry retry, HttpSend next, CancellationToken cancellation)
    {
        for (var sent = 0; ; sent++)
        {
            TimeSpan? pause;
            try
            {
                var response = await next(request, cancellation).ConfigureAwait(false);
                pause = sent < retry.Count ? PauseAfter(response, request, retry, sent) : null;
                if (pause is null)
                    return response;
                response.Dispose();
            }
            catch (HttpClientException failure) when (sent < retry.Count && MayRepeat(failure, request))
            {
                pause = Pause(retry, sent);
            }

            await Task.Delay(pause.Value, cancellation).ConfigureAwait(false);
        }
    }

    private static bool MayRepeat(HttpClientException failure, HttpRequest request) =>
        failure.Failure is not (HttpClientFailure.PoolClosed or HttpClientFailure.Limit or HttpClientFailure.Protocol)
        && failure is not RequestTimeoutException
        && (failure.IsUnsent || HttpMethods.IsIdempotent(request.Method));

    private static TimeSpan? PauseAfter(HttpResponse response, HttpRequest request, HttpRetry retry, int sent)
    {
        if (!retry.Statuses.Contains(response.Status.Code) || !HttpMethods.IsIdempotent(request.Method))
            return null;
        if (RetryAfter(response) is not { } asked)
            return Pause(retry, sent);
        return asked <= retry.MaxDelay ? asked : null;
    }

    private static TimeSpan Pause(HttpRetry retry, int sent)
    {
        var full = Math.Min(
            retry.MinDelay.TotalMilliseconds * Math.Pow(2, Math.Min(sent, 30)), retry.MaxDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (0.5 + (Random.Shared.NextDouble() / 2)));
    }

    // RFC 9110 10.2.3: seconds, or a date.
    private static TimeSpan? RetryAfter(HttpResponse response)
    {
        var text = response.Headers["Retry-After"];
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(seconds);
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
            return null;
        var left = date - DateTimeOffset.UtcNow;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
