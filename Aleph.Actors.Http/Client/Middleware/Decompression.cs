namespace Aleph.Actors.Http.Client.Middleware;

/// <summary>Asks for compressed answers and decompresses them as they are read (RFC 9110 8.4).</summary>
internal static class Decompression
{
    // Nobody needs more than one; each more multiplies what a few bytes expand to.
    private const int MostCodings = 2;

    public static Task<HttpResponse> SendAsync(HttpRequest request, HttpSend next, CancellationToken cancellation) =>
        request.Options.Decompress == true
            ? ReceiveAsync(
                request.Headers.Contains("Accept-Encoding")
                    ? request
                    : request.WithHeader("Accept-Encoding", "br, gzip, deflate"), next, cancellation)
            : next(request, cancellation);

    private static async Task<HttpResponse> ReceiveAsync(
        HttpRequest request, HttpSend next, CancellationToken cancellation)
    {
        var response = await next(request, cancellation).ConfigureAwait(false);
        if (response.Headers["Content-Encoding"] is not { } encoding || response.Body.IsEmpty)
            return response;
        var codings = encoding.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(x => x.ToLowerInvariant()).Where(x => x != "identity").ToArray();
        if (codings.Length > MostCodings)
        {
            response.Dispose();
            throw new HttpClientException(
                HttpClientFailure.Limit,
                    $"The answer was compressed {codings.Length} times; at most {MostCodings} is taken.");
        }

        // What cannot be decompressed is left as it is, with its field.
        if (codings.Length == 0 || codings.Any(x => x is not ("br" or "gzip" or "x-gzip" or "deflate")))
            return response;
        return response
            .WithHeaders(response.Headers.Without("Content-Encoding").Without("Content-Length"))
            .WithBody(new DecompressedBody(response.Body, codings, request.Options.MaxDecompressedSize));
    }
}
