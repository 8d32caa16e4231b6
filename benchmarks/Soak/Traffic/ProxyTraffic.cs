using Aleph.Actors.Http;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>
/// GET and POST through a proxy, which forwards or tunnels. Faults are planned at the proxy, none at the origin.
/// </summary>
internal sealed class ProxyTraffic(
    AlephHttpClient client, SoakServer proxy, SoakServer origin, string scheme, bool isTunnel) : ITraffic
{
    private const int LongestBody = 64 * 1024;

    private readonly RequestOptions _options = new()
    {
        Proxy = HttpProxy.Of($"http://{proxy.EndPoint}") with { Tunnel = isTunnel },
    };

    public string Name => $"{scheme} through a proxy, {(isTunnel ? "CONNECT" : "forwarded")}";

    public int Users => 4;

    public async Task RunAsync(User user)
    {
        while (await user.NextAsync())
        {
            var (seed, length) = (user.Random.NextInt64(), user.Random.Next(LongestBody));
            var isPost = user.Random.Next(2) == 0;
            await user.ExchangeAsync(proxy.Name, token => isPost
                ? SendAsync(HttpRequest.Post(Url("echo"), Body(seed, length)), seed, length, token)
                : SendAsync(HttpRequest.Get(Url($"bytes/{seed}/{length}")), seed, length, token));
        }
    }

    private static HttpBody Body(long seed, int length) => length % 2 == 0
        ? HttpBody.From(Payload.Bytes(seed, length))
        : HttpBody.From(Payload.PiecesAsync(seed, length));

    private string Url(string path) => $"{scheme}://{origin.EndPoint}/{path}";

    private async Task SendAsync(HttpRequest request, long seed, int length, CancellationToken cancellation)
    {
        using var response = await client.SendAsync(request.WithOptions(_options), cancellation);
        Payload.Check(response.Status.Code, 200);
        var body = await response.Body.ReadBytesAsync(cancellationToken: cancellation);
        Payload.Check(body.Span, seed, length);
    }
}
