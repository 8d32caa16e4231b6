using Aleph.Actors.Http;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>Streams of server-sent events, each read to its end; one stream is one exchange.</summary>
internal sealed class EventsTraffic(AlephHttpClient client, SoakServer server) : ITraffic
{
    private const int MostEvents = 40;

    public string Name => "server-sent events";

    public int Users => 4;

    public async Task RunAsync(User user)
    {
        while (await user.NextAsync())
        {
            var (seed, count) = (user.Random.NextInt64(), user.Random.Next(MostEvents));
            await user.ExchangeAsync(server.Name, token => ReadAsync(seed, count, token));
        }
    }

    private async Task ReadAsync(long seed, int count, CancellationToken cancellation)
    {
        using var response = await client.GetAsync($"http://{server.EndPoint}/events/{seed}/{count}", cancellation);
        var number = 0;
        await foreach (var item in response.ReadEventsAsync(cancellationToken: cancellation))
        {
            Payload.Check(item.EventId, $"{number}");
            Payload.Check(item.Data, Routes.Event(seed, number++));
        }

        Payload.Check(number, count);
    }
}
