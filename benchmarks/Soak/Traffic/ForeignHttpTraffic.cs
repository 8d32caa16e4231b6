using System.Net.Http.Headers;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>
/// The HTTP client of .NET with our server: what ours at both ends would forgive each other shows here.
/// </summary>
internal sealed class ForeignHttpTraffic(SoakServer server) : ITraffic, IDisposable
{
    private const int LongestBody = 64 * 1024;

    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false });

    public string Name => "http by HttpClient of .NET";

    public int Users => 4;

    public async Task RunAsync(User user)
    {
        while (await user.NextAsync())
        {
            var (seed, length) = (user.Random.NextInt64(), user.Random.Next(LongestBody));
            var isPost = user.Random.Next(2) == 0;
            await user.ExchangeAsync(server.Name, token =>
                isPost ? PostAsync(seed, length, token) : GetAsync(seed, length, token));
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task GetAsync(long seed, int length, CancellationToken cancellation)
    {
        var body = await _client.GetByteArrayAsync($"http://{server.EndPoint}/chunked/{seed}/{length}", cancellation);
        Payload.Check(body, seed, length);
    }

    private async Task PostAsync(long seed, int length, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://{server.EndPoint}/echo")
        {
            Content = new ByteArrayContent(Payload.Bytes(seed, length)),
        };
        request.Headers.ExpectContinue = length % 2 == 0;
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await _client.SendAsync(request, cancellation);
        Payload.Check((int)response.StatusCode, 200);
        Payload.Check(await response.Content.ReadAsByteArrayAsync(cancellation), seed, length);
    }
}
