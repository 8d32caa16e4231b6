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
            var either = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, expired.Token);
            Task<HttpResponse>? answer = null;
            Task<HttpResponse>? late = null;
            try
            {
                answer = next(request.From(new LimitedContext(request.Context, either.Token), request.Host)).AsTask();
                return await answer.WaitAsync(expired.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (expired.IsCancellationRequested)
            {
                late = answer;
                return TooLate;
            }
            finally
            {
                _ = EndAsync(late, either);
            }
        };
    }

    /// <summary>
    /// Nobody waits for a late answer any more; its handler must be told, and what it holds be released, none the less.
    /// A token that is disposed earlier may never fire.
    /// </summary>
    private static async Task EndAsync(Task<HttpResponse>? late, CancellationTokenSource either)
    {
        using var end = either;
        if (late is null)
            return;
        await either.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await ((Task)late).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (late.IsCompletedSuccessfully)
            late.Result?.Body.Discard();
    }

    private sealed class LimitedContext(IRequestContext? inner, CancellationToken aborted) : DerivedContext(inner)
    {
        public override CancellationToken Aborted => aborted;
    }
}
