using System.IO.Compression;
using Aleph.Actors.Http;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>
/// Texts that come compressed, by br or gzip: decompressed by our client, or left as they are for the streams of .NET.
/// </summary>
internal sealed class PackedTraffic(AlephHttpClient client, SoakServer server, string scheme, string coding) : ITraffic
{
    private static readonly (long Seed, int Length)[] Texts =
        [.. FileServer.Files.Where(file => file.Length > CompressionSettings.Default.MinimumSize)];

    public string Name => $"{scheme} GET, {coding}";

    public int Users => 3;

    public async Task RunAsync(User user)
    {
        while (await user.NextAsync())
        {
            var file = Texts[user.Random.Next(Texts.Length)];
            var isOurs = user.Random.Next(2) == 0;
            await user.ExchangeAsync(server.Name, token => GetAsync(file, isOurs, token));
        }
    }

    private async Task GetAsync((long Seed, int Length) file, bool isOurs, CancellationToken cancellation)
    {
        var request = HttpRequest.Get($"{scheme}://{server.EndPoint}/packed/{file.Seed}-{file.Length}.txt")
            .WithHeader("Accept-Encoding", coding)
            .WithOptions(new RequestOptions { Decompress = isOurs });
        using var response = await client.SendAsync(request, cancellation);
        Payload.Check(response.Status.Code, 200);
        Payload.Check(response.Headers["Vary"], "Accept-Encoding");
        Payload.Check(response.Headers["Content-Encoding"], isOurs ? null : coding);
        await using var body = response.Body.AsStream();
        await using var plain = isOurs ? body : Unpack(body);
        using var reader = new StreamReader(plain);
        Payload.Check(await reader.ReadToEndAsync(cancellation), Payload.Text(file.Seed, file.Length));
    }

    private Stream Unpack(Stream body) => coding == "br"
        ? new BrotliStream(body, CompressionMode.Decompress)
        : new GZipStream(body, CompressionMode.Decompress);
}
