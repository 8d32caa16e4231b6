using System.Security.Cryptography;
using Aleph.Actors.Http;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>
/// POST of bodies whose length is told, or chunked, that come back as they go up, or as their digest.
/// </summary>
internal sealed class UploadTraffic(AlephHttpClient client, SoakServer server, string scheme, bool isChunked) : ITraffic
{
    private const int LongestBody = 256 * 1024;

    public string Name => $"{scheme} POST, {(isChunked ? "chunked" : "bytes")}, up and down";

    public int Users => 3;

    public async Task RunAsync(User user)
    {
        while (await user.NextAsync())
        {
            var (seed, length) = (user.Random.NextInt64(), user.Random.Next(LongestBody));
            var isEcho = user.Random.Next(3) > 0;
            await user.ExchangeAsync(server.Name, token =>
                isEcho ? EchoAsync(seed, length, token) : DigestAsync(seed, length, token));
        }
    }

    private async Task EchoAsync(long seed, int length, CancellationToken cancellation)
    {
        using var response = await PostAsync("echo", seed, length, cancellation);
        var body = await response.Body.ReadBytesAsync(cancellationToken: cancellation);
        Payload.Check(body.Span, seed, length);
    }

    private async Task DigestAsync(long seed, int length, CancellationToken cancellation)
    {
        using var response = await PostAsync("digest", seed, length, cancellation);
        Payload.Check(
            await response.ReadTextAsync(cancellationToken: cancellation),
            Convert.ToHexString(SHA256.HashData(Payload.Bytes(seed, length))));
    }

    private async Task<HttpResponse> PostAsync(string path, long seed, int length, CancellationToken cancellation)
    {
        var body = isChunked
            ? HttpBody.From(Payload.PiecesAsync(seed, length))
            : HttpBody.From(Payload.Bytes(seed, length));
        var response = await client.PostAsync($"{scheme}://{server.EndPoint}/{path}", body, cancellation);
        Payload.Check(response.Status.Code, 200);
        return response;
    }
}
