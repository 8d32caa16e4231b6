using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aleph.Actors.Http;

/// <summary>Reads received answers as text, JSON, or into a file.</summary>
public static class HttpResponseReading
{
    /// <summary>Reads the body as text of the charset that Content-Type names; UTF-8 where it names none that is known.
    /// </summary>
    /// <param name="response">The answer.</param>
    /// <param name="limit">The most bytes to accept. Default <see cref="HttpBody.DefaultReadLimit"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public static ValueTask<string> ReadTextAsync(
        this HttpResponse response, long limit = HttpBody.DefaultReadLimit,
            CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.Body.ReadTextAsync(
            limit, MediaType.Parse(response.Headers["Content-Type"]).Charset(), cancellationToken);
    }

    /// <summary>Reads the body as JSON.</summary>
    /// <typeparam name="T">Of the value.</typeparam>
    /// <param name="response">The answer.</param>
    /// <param name="type">How it is read, from a <c>JsonSerializerContext</c>.</param>
    /// <param name="limit">The most bytes to accept. Default <see cref="HttpBody.DefaultReadLimit"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="JsonException">It is none, or of another shape.</exception>
    public static async ValueTask<T?> ReadJsonAsync<T>(
        this HttpResponse response, JsonTypeInfo<T> type, long limit = HttpBody.DefaultReadLimit,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(type);
        var bytes = await response.Body.ReadBytesAsync(limit, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize(bytes.Span, type);
    }

    /// <summary>Reads the body as JSON, by reflection.</summary>
    /// <typeparam name="T">Of the value.</typeparam>
    /// <param name="response">The answer.</param>
    /// <param name="options">Default those of the web: camel case.</param>
    /// <param name="limit">The most bytes to accept. Default <see cref="HttpBody.DefaultReadLimit"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="JsonException">It is none, or of another shape.</exception>
    [RequiresUnreferencedCode(JsonBodies.Reflection)]
    [RequiresDynamicCode(JsonBodies.Reflection)]
    public static async ValueTask<T?> ReadJsonAsync<T>(
        this HttpResponse response, JsonSerializerOptions? options = null, long limit = HttpBody.DefaultReadLimit,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        var bytes = await response.Body.ReadBytesAsync(limit, cancellationToken).ConfigureAwait(false);
        return JsonSerializer.Deserialize<T>(bytes.Span, options ?? JsonSerializerOptions.Web);
    }

    /// <summary>Reads the body in the format of its Content-Type.</summary>
    /// <typeparam name="T">Of the value.</typeparam>
    /// <param name="response">The answer.</param>
    /// <param name="formats">The formats we read; a server reads requests with the same.</param>
    /// <param name="limit">The most bytes to accept. Default <see cref="HttpBody.DefaultReadLimit"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="HttpMessageException">No format reads that Content-Type, or it is too long or
    /// malformed.</exception>
    public static async ValueTask<T?> ReadAsync<T>(
        this HttpResponse response, HttpBodyFormats formats, long limit = HttpBody.DefaultReadLimit,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(formats);
        var contentType = response.Headers["Content-Type"];
        var format = formats.ForContent(contentType) ?? throw new HttpMessageException(
            ContentErrors.UnsupportedType(contentType, "of a media type that is read here"));
        return await format.ReadAsync<T>(response.Body, limit, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the body into a file, which is made anew, and deleted where the body fails.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="path">Of the file.</param>
    /// <param name="progress">Told how many bytes were written so far, after each element.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The number of bytes.</returns>
    public static async Task<long> ReadToFileAsync(
        this HttpResponse response, string path, IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(response);
        var total = 0L;
        try
        {
            var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 64 * 1024,
                useAsync: true);
            await using (file.ConfigureAwait(false))
            {
                await foreach (var element in response.Body.ReadElementsAsync(cancellationToken).ConfigureAwait(false))
                {
                    await file.WriteAsync(element, cancellationToken).ConfigureAwait(false);
                    total += element.Length;
                    progress?.Report(total);
                }
            }
        }
        catch
        {
            File.Delete(path);
            throw;
        }

        return total;
    }
}
