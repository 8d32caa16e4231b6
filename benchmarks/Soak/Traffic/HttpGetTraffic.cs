using Aleph.Actors.Http;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>GET of bodies whose length is told, or chunked, by our client.</summary>
internal sealed class HttpGetTraffic(
    AlephHttpClient client, SoakServer server, string scheme, string kind, string transport = "") : ITraffic
{
    private const int LongestBody = 64 * 1024;

    public string Name => $"{scheme} GET, {kind}{transport}";

    public int Users => 8;

    public async Task RunAsync(User user)
    {
        while (await user.NextAsync())
        {
            var (seed, length) = (user.Random.NextInt64(), user.Random.Next(LongestBody));
            await user.ExchangeAsync(server.Name, token => GetAsync(seed, length, token));
        }
    }

    private async Task GetAsync(long seed, int length, CancellationToken cancellation)
    {
        using var response = await client.GetAsync(
            $"{scheme}://{server.EndPoint}/{kind}/{seed}/{length}", cancellationToken: cancellation);
        Payload.Check(response.Status.Code, 200);
        var body = await response.Body.ReadBytesAsync(cancellationToken: cancellation);
        Payload.Check(body.Span, seed, length);
    }
}
