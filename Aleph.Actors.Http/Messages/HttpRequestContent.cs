using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aleph.Actors.Http;

/// <summary>
/// What a request carries, read as what it says it is. All of these fail with an <see cref="HttpMessageException"/>
/// whose status says why, 413, 415 or 400, and which becomes the answer when a handler lets it pass.
/// </summary>
public static class HttpRequestContent
{
    /// <summary>The most fields of a query or form unless a limit is given: 1,000.</summary>
    public const int DefaultFieldLimit = 1000;

    internal const string FormMediaType = "application/x-www-form-urlencoded";

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The pairs of the query, decoded; empty without one. Read anew with each call.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The most pairs, at least 0.</param>
    /// <exception cref="HttpMessageException">More pairs (413), or escapes that are not UTF-8 (400).</exception>
    public static NameValues ReadQuery(this HttpRequest request, int limit = DefaultFieldLimit)
    {
        ArgumentNullException.ThrowIfNull(request);
        return FormText.Parse(request.Query, limit, out var error) ?? throw new HttpMessageException(error!);
    }

    /// <summary>
    /// The cookies of the request (RFC 6265 5.4), in order; empty without any. What is not a pair is left out; quotes
    /// around a value are taken off. Read anew with each call.
    /// </summary>
    public static NameValues ReadCookies(this HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var line in request.Headers.GetAll("Cookie"))
        {
            foreach (var range in line.AsSpan().Split(';'))
            {
                var pair = line.AsSpan()[range].Trim(" \t");
                var equals = pair.IndexOf('=');
                if (equals <= 0)
                    continue;
                var value = pair[(equals + 1)..].Trim(" \t");
                if (value is ['"', .., '"'])
                    value = value[1..^1];
                pairs.Add(new(pair[..equals].TrimEnd(" \t").ToString(), value.ToString()));
            }
        }

        return pairs.Count == 0 ? NameValues.Empty : new NameValues([.. pairs]);
    }

    /// <summary>Reads all of the content as text, in the charset that the Content-Type names, else UTF-8.</summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The most bytes, at least 0. Default <see cref="HttpBody.DefaultReadLimit"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="HttpMessageException">Too long (413), of an unknown charset (415), not text of its charset
    /// (400), or reading failed.</exception>
    public static async ValueTask<string> ReadTextAsync(
        this HttpRequest request, long limit = HttpBody.DefaultReadLimit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var contentType = request.Headers["Content-Type"];
        var encoding = MediaType.Parse(contentType).Charset()
            ?? throw new HttpMessageException(ContentErrors.UnknownCharset(contentType));
        var bytes = await request.Body.ReadBytesAsync(limit, cancellationToken).ConfigureAwait(false);
        try
        {
            return Strict(encoding).GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            throw new HttpMessageException(ContentErrors.InvalidText());
        }
    }

    /// <summary>Reads all of the content as one JSON value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="request">The request.</param>
    /// <param name="type">How it is read, from a <c>JsonSerializerContext</c>.</param>
    /// <param name="limit">The most bytes, at least 0. Default <see cref="HttpBody.DefaultReadLimit"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="HttpMessageException">The Content-Type is not JSON (415), too long (413), malformed (400), or
    /// reading failed.</exception>
    public static async ValueTask<T?> ReadJsonAsync<T>(
        this HttpRequest request, JsonTypeInfo<T> type, long limit = HttpBody.DefaultReadLimit,
        CancellationToken cancellationToken = default)
    {
        Require(request, "JSON", x => x == JsonBodies.MediaType || x.EndsWith("+json", StringComparison.Ordinal));
        return await request.Body.ReadJsonAsync(type, limit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads all of the content as one JSON value, by reflection.</summary>
    /// <inheritdoc cref="ReadJsonAsync{T}(HttpRequest, JsonTypeInfo{T}, long, CancellationToken)"/>
    [RequiresUnreferencedCode(JsonBodies.Reflection)]
    [RequiresDynamicCode(JsonBodies.Reflection)]
    public static async ValueTask<T?> ReadJsonAsync<T>(
        this HttpRequest request, JsonSerializerOptions? options = null, long limit = HttpBody.DefaultReadLimit,
        CancellationToken cancellationToken = default)
    {
        Require(request, "JSON", x => x == JsonBodies.MediaType || x.EndsWith("+json", StringComparison.Ordinal));
        return await request.Body.ReadJsonAsync<T>(options, limit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads all of the content in the format of its Content-Type.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="request">The request.</param>
    /// <param name="formats">The formats we read.</param>
    /// <param name="limit">The most bytes, at least 0. Default <see cref="HttpBody.DefaultReadLimit"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="HttpMessageException">No format reads that Content-Type (415), too long (413), malformed (400),
    /// or reading failed.</exception>
    public static async ValueTask<T?> ReadAsync<T>(
        this HttpRequest request, HttpBodyFormats formats, long limit = HttpBody.DefaultReadLimit,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(formats);
        var contentType = request.Headers["Content-Type"];
        var format = formats.ForContent(contentType) ?? throw new HttpMessageException(
            ContentErrors.UnsupportedType(contentType, "of a media type that is read here"));
        return await format.ReadAsync<T>(request.Body, limit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads all of the content as a form, <c>application/x-www-form-urlencoded</c>. Other forms: multipart.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="limit">The most bytes, at least 0. Default 1 MiB.</param>
    /// <param name="fieldLimit">The most fields, at least 0.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="HttpMessageException">The Content-Type is another (415), too long or too many fields (413),
    /// malformed (400), or reading failed.</exception>
    public static async ValueTask<NameValues> ReadFormAsync(
        this HttpRequest request, long limit = 1024 * 1024, int fieldLimit = DefaultFieldLimit,
        CancellationToken cancellationToken = default)
    {
        Require(request, "a form (application/x-www-form-urlencoded)", x => x == FormMediaType);
        var text = await request.ReadTextAsync(limit, cancellationToken).ConfigureAwait(false);
        return FormText.Parse(text, fieldLimit, out var error) ?? throw new HttpMessageException(error!);
    }

    /// <summary>Writes all of the content to a file, which must not exist yet; what is there of it is removed when
    /// reading fails.</summary>
    /// <param name="request">The request.</param>
    /// <param name="path">The file.</param>
    /// <param name="limit">The most bytes; null for no more than the connection's own limit.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The number of bytes.</returns>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    /// <exception cref="HttpMessageException">Too long (413), or reading failed.</exception>
    public static ValueTask<long> SaveAsync(
        this HttpRequest request, string path, long? limit = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return FileSaving.SaveAsync(request.Body, path, limit, cancellationToken);
    }

    private static Encoding Strict(Encoding encoding) => encoding.CodePage == StrictUtf8.CodePage
        ? StrictUtf8
        : Encoding.GetEncoding(
            encoding.CodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    private static void Require(HttpRequest request, string wanted, Func<string, bool> accepts)
    {
        ArgumentNullException.ThrowIfNull(request);
        var contentType = request.Headers["Content-Type"];
        if (!accepts(MediaType.Parse(contentType).Essence))
            throw new HttpMessageException(ContentErrors.UnsupportedType(contentType, wanted));
    }
}
