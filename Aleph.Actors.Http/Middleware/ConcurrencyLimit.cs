using System.Globalization;

namespace Aleph.Actors.Http;

/// <summary>Limits how many requests are in the works.</summary>
public static class ConcurrencyLimit
{
    /// <summary>
    /// A middleware that answers 503 with <c>Retry-After</c> when as many requests as the limit have not been answered
    /// to their last byte. Each handler that it is put around has a count of its own.
    /// </summary>
    /// <param name="limit">At least 1.</param>
    /// <param name="retryAfter">What <c>Retry-After</c> says, in whole seconds, at least 0. Default 1 s.</param>
    public static HttpMiddleware To(int limit, TimeSpan? retryAfter = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        var seconds = (long)(retryAfter ?? TimeSpan.FromSeconds(1)).TotalSeconds;
        ArgumentOutOfRangeException.ThrowIfNegative(seconds, nameof(retryAfter));
        var busy = HttpResponse.Text("The server is busy.", HttpStatus.ServiceUnavailable)
            .WithHeader("Retry-After", seconds.ToString(CultureInfo.InvariantCulture));
        return next =>
        {
            var count = new StrongCount();
            return request =>
            {
                if (Interlocked.Increment(ref count.Value) <= limit)
                    return RunAsync(next, request, count);
                Interlocked.Decrement(ref count.Value);
                return new(busy);
            };
        };
    }

    private static async ValueTask<HttpResponse> RunAsync(HttpHandler next, HttpRequest request, StrongCount count)
    {
        if (request.Context is not { } context)
        {
            try
            {
                return await next(request).ConfigureAwait(false);
            }
            finally
            {
                Interlocked.Decrement(ref count.Value);
            }
        }

        context.DisposeAtEnd(new Place(count));
        return await next(request).ConfigureAwait(false);
    }

    private sealed class StrongCount
    {
        public int Value;
    }

    private sealed class Place(StrongCount count) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref count.Value);
    }
}
