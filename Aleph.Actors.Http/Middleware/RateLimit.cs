using System.Globalization;
using System.Threading.RateLimiting;

namespace Aleph.Actors.Http;

/// <summary>Limits how often requests are taken, by System.Threading.RateLimiting.</summary>
public static class RateLimit
{
    /// <summary>
    /// A middleware that asks a limiter for each request, and answers 429 with <c>Retry-After</c>, where the limiter
    /// knows it, when it refuses (RFC 6585 4). What it gives is given back when the exchange is over.
    /// </summary>
    /// <param name="limiter">Decides by the request, for example by its address or user; yours to dispose.</param>
    public static HttpMiddleware By(PartitionedRateLimiter<HttpRequest> limiter)
    {
        ArgumentNullException.ThrowIfNull(limiter);
        return next => async request =>
        {
            var lease = await limiter.AcquireAsync(request, 1, request.Aborted).ConfigureAwait(false);
            if (!lease.IsAcquired)
                return Refusal(lease);
            if (request.Context is { } context)
            {
                context.DisposeAtEnd(lease);
                return await next(request).ConfigureAwait(false);
            }

            using (lease)
                return await next(request).ConfigureAwait(false);
        };
    }

    private static HttpResponse Refusal(RateLimitLease lease)
    {
        using (lease)
        {
            var answer = HttpResponse.Text("Too many requests (RFC 6585 4).", 429);
            if (!lease.TryGetMetadata(MetadataName.RetryAfter, out var wait))
                return answer;
            var seconds = (long)Math.Ceiling(wait.TotalSeconds);
            return answer.WithHeader("Retry-After", seconds.ToString(CultureInfo.InvariantCulture));
        }
    }
}
