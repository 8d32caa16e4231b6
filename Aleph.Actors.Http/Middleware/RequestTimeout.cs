using Aleph.Actors.Http.Middleware;

namespace Aleph.Actors.Http;

/// <summary>Limits how long a handler may take to answer.</summary>
public static class RequestTimeout
{
    private static readonly HttpResponse TooLate =
        HttpResponse.Text("The server took too long to answer.", HttpStatus.ServiceUnavailable);

    /// <summary>
    /// A middleware that answers 503 when the handler has not answered within a time; <see cref="HttpRequest.Aborted"/>
    /// fires then, and what the handler answers later is dropped. It does not limit how long an answer is streamed.
    /// </summary>
    /// <param name="limit">Above 0.</param>
    /// <param name="time">Default the system's.</param>
    public static HttpMiddleware After(TimeSpan limit, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero);
        time ??= TimeProvider.System;
        return next => async request =>
        {
            using var expired = new CancellationTokenSource(limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, expired.Token);
            var limited = request.From(new LimitedContext(request.Context, either.Token), request.Host);
            var answer = next(limited).AsTask();
            try
            {
                return await answer.WaitAsync(expired.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (expired.IsCancellationRequested)
            {
                _ = DropAsync(answer);
                return TooLate;
            }
        };
    }

    /// <summary>Nobody waits for it any more; what it holds must be released none the less.</summary>
    private static async Task DropAsync(Task<HttpResponse> late)
    {
        await ((Task)late).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (late.IsCompletedSuccessfully)
            late.Result?.Body.Discard();
    }

    private sealed class LimitedContext(IRequestContext? inner, CancellationToken aborted) : DerivedContext(inner)
    {
        public override CancellationToken Aborted => aborted;
    }
}
