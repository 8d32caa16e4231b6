using System.Collections.Concurrent;
using Aleph.Actors.Http;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>Files of the static files handler: whole, a range of one, or only if it is not what is known.</summary>
internal sealed class FileTraffic(AlephHttpClient client, SoakServer server, string scheme) : ITraffic
{
    private readonly ConcurrentDictionary<long, string> _tags = new();

    public string Name => $"{scheme} GET, files";

    public int Users => 4;

    public async Task RunAsync(User user)
    {
        while (await user.NextAsync())
        {
            var file = FileServer.Files[user.Random.Next(FileServer.Files.Count)];
            var way = user.Random.Next(3);
            var from = user.Random.Next(file.Length);
            var to = user.Random.Next(from, file.Length);
            await user.ExchangeAsync(server.Name, token => way switch
            {
                0 => WholeAsync(file, token),
                1 => RangeAsync(file, from, to, token),
                _ => KnownAsync(file, token),
            });
        }
    }

    private static void CheckBytes(ReadOnlyMemory<byte> came, ReadOnlySpan<byte> file)
    {
        if (!came.Span.SequenceEqual(file))
            throw new WrongContentException($"{came.Length} bytes that are not those {file.Length} of the file");
    }

    private async Task WholeAsync((long Seed, int Length) file, CancellationToken cancellation)
    {
        using var response = await GetAsync(file, request => request, cancellation);
        Payload.Check(response.Status.Code, 200);
        Payload.Check(response.Headers["Content-Type"], "application/octet-stream");
        Payload.Check(response.Headers["ETag"], TagOf(file, response));
        var came = await response.Body.ReadBytesAsync(cancellationToken: cancellation);
        Payload.Check(came.Span, file.Seed, file.Length);
    }

    // Half of them only if the file is still the known one, which it is.
    private async Task RangeAsync((long Seed, int Length) file, int from, int to, CancellationToken cancellation)
    {
        using var response = await GetAsync(
            file,
            request => from % 2 == 0 && _tags.TryGetValue(file.Seed, out var tag)
                ? request.WithHeader("Range", $"bytes={from}-{to}").WithHeader("If-Range", tag)
                : request.WithHeader("Range", $"bytes={from}-{to}"),
            cancellation);
        Payload.Check(response.Status.Code, 206);
        Payload.Check(response.Headers["Content-Range"], $"bytes {from}-{to}/{file.Length}");
        Payload.Check(response.Headers["ETag"], TagOf(file, response));
        var came = await response.Body.ReadBytesAsync(cancellationToken: cancellation);
        CheckBytes(came, Payload.Bytes(file.Seed, file.Length).AsSpan(from..(to + 1)));
    }

    private async Task KnownAsync((long Seed, int Length) file, CancellationToken cancellation)
    {
        var isKnown = _tags.TryGetValue(file.Seed, out var tag);
        using var response = await GetAsync(
            file, request => request.WithHeader("If-None-Match", tag ?? "\"another\""), cancellation);
        Payload.Check(response.Status.Code, isKnown ? 304 : 200);
        Payload.Check(response.Headers["ETag"], TagOf(file, response));
        var came = await response.Body.ReadBytesAsync(cancellationToken: cancellation);
        CheckBytes(came, isKnown ? [] : Payload.Bytes(file.Seed, file.Length));
    }

    private Task<HttpResponse> GetAsync(
        (long Seed, int Length) file, Func<HttpRequest, HttpRequest> change, CancellationToken cancellation) =>
        client.SendAsync(
            change(HttpRequest.Get($"{scheme}://{server.EndPoint}/files/{file.Seed}-{file.Length}.bin")),
            cancellation);

    // The files do not change, so the first tag that came is the right one for ever.
    private string TagOf((long Seed, int Length) file, HttpResponse response) =>
        _tags.GetOrAdd(file.Seed, response.Headers["ETag"] ?? "none");
}
