using System.Threading.RateLimiting;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Middleware;

public sealed class RateLimitTests
{
    [Fact]
    public async Task Requests_beyond_the_rate_get_a_429_that_says_when_to_come_again()
    {
        await using var limiter = PartitionedRateLimiter.Create<HttpRequest, string>(
            request => RateLimitPartition.GetFixedWindowLimiter(request.Headers["Key"] ?? "", _ => new()
            {
                PermitLimit = 2,
                Window = TimeSpan.FromHours(1),
                AutoReplenishment = false,
            }));
        HttpHandler ok = _ => new(HttpResponse.Text("ok"));
        var handler = ok.Inside(RateLimit.By(limiter));
        Assert.Equal(200, (await AskAsync(handler, "a")).Status.Code);
        Assert.Equal(200, (await AskAsync(handler, "a")).Status.Code);
        var refused = await AskAsync(handler, "a");
        Assert.Equal(429, refused.Status.Code);
        Assert.InRange(int.Parse(refused.Headers["Retry-After"]!, null), 1, 3600);
        Assert.Equal(200, (await AskAsync(handler, "b")).Status.Code);
    }

    [Fact]
    public async Task What_was_given_is_given_back_when_the_exchange_is_over()
    {
        await using var limiter = PartitionedRateLimiter.Create<HttpRequest, int>(
            _ => RateLimitPartition.GetConcurrencyLimiter(0, _ => new() { PermitLimit = 1 }));
        HttpHandler ok = _ => new(HttpResponse.Text("ok"));
        await using var host = await HttpHost.StartAsync(ok.Inside(RateLimit.By(limiter)));
        using var client = new HttpClient();
        for (var i = 0; i < 5; i++)
        {
            await Pacing.UntilAsync(
                async () =>
                {
                    using var answer = await client.GetAsync(host.Uri);
                    return answer.IsSuccessStatusCode;
                },
                "the permit was back");
        }
    }

    private static async Task<HttpResponse> AskAsync(HttpHandler handler, string key) =>
        await handler(new HttpRequest("GET", "/", HttpHeaders.Of(("Key", key))));
}
