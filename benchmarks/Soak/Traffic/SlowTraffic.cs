using Aleph.Actors.Http;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>
/// GET whose answer takes a while, so that restarts, crashes and cancellations meet waiting exchanges.
/// </summary>
internal sealed class SlowTraffic(AlephHttpClient client, SoakServer server) : ITraffic
{
    public string Name => "http GET, slow handler";

    public int Users => 4;

    public async Task RunAsync(User user)
    {
        while (await user.NextAsync())
        {
            var wait = user.Random.Next(300);
            await user.ExchangeAsync(server.Name, async token =>
            {
                using var response = await client.GetAsync($"http://{server.EndPoint}/slow/{wait}", token);
                Payload.Check(await response.ReadTextAsync(cancellationToken: token), $"{wait}");
            });
        }
    }
}
