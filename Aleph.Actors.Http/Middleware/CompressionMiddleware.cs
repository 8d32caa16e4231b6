using Aleph.Actors.Http.Compression;
using Aleph.Actors.Http.Middleware;

namespace Aleph.Actors.Http;

/// <summary>Content codings for answers and requests.</summary>
public static class CompressionMiddleware
{
    // Longer ones are encoded while they are sent, off the connection's turn.
    private const int AtOnce = 64 * 1024;

    /// <summary>
    /// Compresses answers for clients that accept it (RFC 9110 12.5.3). Left as they are: short content, media types
    /// that are not listed, content that has a coding or is a range, answers to HEAD and without content, and those
    /// with <c>Cache-Control: no-transform</c>. <c>Vary</c> is set where the coding depends on the request; a strong
    /// ETag becomes a weak one. Streams are flushed after each element.
    /// </summary>
    /// <param name="settings">Default <see cref="CompressionSettings.Default"/>.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static HttpMiddleware Compress(CompressionSettings? settings = null)
    {
        settings ??= CompressionSettings.Default;
        SettingsFaults.ThrowIfAny(settings.Validate());
        return next => async request =>
        {
            var answer = await next(request).ConfigureAwait(false);
            return answer is null || !MayCompress(request, answer, settings)
                ? answer!
                : Compress(request, answer, settings);
        };
    }

    /// <summary>
    /// Decodes requests that have a Content-Encoding, so that handlers see the content without one. What it becomes is
    /// limited, however little was sent (413); an unknown coding gives 415, malformed content 400.
    /// </summary>
    /// <param name="settings">Default <see cref="DecompressionSettings.Default"/>.</param>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static HttpMiddleware Decompress(DecompressionSettings? settings = null)
    {
        settings ??= DecompressionSettings.Default;
        SettingsFaults.ThrowIfAny(settings.Validate());
        return next => request =>
        {
            var codings = Codings(request.Headers["Content-Encoding"]);
            if (codings.Length == 0)
                return next(request);
            var body = request.Body;
            foreach (var coding in codings.Reverse())
            {
                var codec = settings.Codecs.FirstOrDefault(x => x.Name == (coding == "x-gzip" ? "gzip" : coding));
                if (codec is null || codings.Length > settings.MaxCodings)
                    return new(Unsupported(settings));
                body = new DecompressedBody(body, codec, settings);
            }

            var headers = request.Headers.Without("Content-Encoding").Without("Content-Length");
            return next(request.WithHeaders(headers).WithBody(body));
        };
    }

    private static string[] Codings(string? field) => field is null
        ? []
        : [.. field.ToLowerInvariant()
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Where(x => x != "identity")];

    private static HttpResponse Unsupported(DecompressionSettings settings) =>
        HttpResponse.Text("The Content-Encoding is not supported (RFC 9110 15.5.16).", 415)
            .WithHeader("Accept-Encoding", string.Join(", ", settings.Codecs));

    private static bool MayCompress(HttpRequest request, HttpResponse answer, CompressionSettings settings)
    {
        var headers = answer.Headers;
        return request.Method is not (HttpMethods.Head or HttpMethods.Connect)
            && answer.Status.Code is >= 200 and not (204 or 205 or 206 or 304)
            && answer.Upgrade is null && !answer.Body.IsEmpty && !(answer.Body.Length < settings.MinimumSize)
            && !headers.Contains("Content-Encoding") && !headers.Contains("Content-Range")
            && headers["Cache-Control"]?.Contains("no-transform", StringComparison.OrdinalIgnoreCase) != true
            && settings.Includes(MediaType.Parse(headers["Content-Type"]).Essence);
    }

    private static HttpResponse Compress(HttpRequest request, HttpResponse answer, CompressionSettings settings)
    {
        var headers = Varying(answer.Headers);
        if (CodingChoice.Choose(request.Headers["Accept-Encoding"], settings.Codecs) is not { } codec)
            return answer.WithHeaders(headers);
        headers = headers.Without("Content-Length").Without("Accept-Ranges").Add("Content-Encoding", codec.Name);
        if (headers["ETag"] is { } etag && etag.StartsWith('"'))
            headers = headers.With("ETag", "W/" + etag);
        return answer.WithHeaders(headers).WithBody(Encoded(answer.Body, codec, settings));
    }

    private static HttpBody Encoded(HttpBody body, HttpCodec codec, CompressionSettings settings) =>
        body is BytesBody && body.Length <= AtOnce && !body.IsUsed && body.TryTakeBytes(out var bytes)
            ? HttpBody.From(CompressedBody.Encode(bytes.Span, codec, settings.Level))
            : new CompressedBody(body, codec, settings.Level);

    private static HttpHeaders Varying(HttpHeaders headers)
    {
        var vary = headers["Vary"];
        var names = vary?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        if (names.Contains("*") || names.Contains("Accept-Encoding", StringComparer.OrdinalIgnoreCase))
            return headers;
        return headers.With("Vary", vary is null ? "Accept-Encoding" : vary + ", Accept-Encoding");
    }
}
