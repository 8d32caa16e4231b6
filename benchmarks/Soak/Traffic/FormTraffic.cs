using Aleph.Actors.Http;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>Multipart forms whose file comes back, in memory or by a temporary file at the server.</summary>
internal sealed class FormTraffic(AlephHttpClient client, SoakServer server, string scheme) : ITraffic
{
    private const int LongestFile = 400 * 1024;
    private const int LongestField = 500;

    public string Name => $"{scheme} POST, multipart form";

    public int Users => 3;

    public async Task RunAsync(User user)
    {
        while (await user.NextAsync())
        {
            var (seed, length) = (user.Random.NextInt64(), user.Random.Next(LongestFile));
            var text = Payload.Text(seed, user.Random.Next(1, LongestField));
            await user.ExchangeAsync(server.Name, token => SendAsync(seed, length, text, token));
        }
    }

    private async Task SendAsync(long seed, int length, string text, CancellationToken cancellation)
    {
        var body = length % 2 == 0
            ? HttpBody.From(Payload.Bytes(seed, length))
            : HttpBody.From(Payload.PiecesAsync(seed, length));
        var form = new MultipartForm().Add("seed", $"{seed}").Add("file", body, $"{seed}.bin").Add("text", text);
        var request = HttpRequest.Post($"{scheme}://{server.EndPoint}/form", HttpBody.Empty).WithMultipart(form);
        using var response = await client.SendAsync(request, cancellation);
        Payload.Check(response.Status.Code, 200);
        Payload.Check(response.Headers["X-Fields"], $"seed={seed} text={text}");
        Payload.Check(response.Headers["X-File"], $"file={seed}.bin");
        var came = await response.Body.ReadBytesAsync(cancellationToken: cancellation);
        Payload.Check(came.Span, seed, length);
    }
}
