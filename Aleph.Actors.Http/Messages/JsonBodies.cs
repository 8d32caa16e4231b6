using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aleph.Actors.Http;

/// <summary>Bodies of JSON (RFC 8259), written and read with System.Text.Json.</summary>
public static class JsonBodies
{
    internal const string Reflection =
        "Serialises by reflection. Where code is trimmed or compiled ahead of time, give a JsonTypeInfo<T>.";

    internal const string MediaType = "application/json";
    internal const string LinesMediaType = "application/x-ndjson";

    extension(HttpBody)
    {
        /// <summary>A body of one value, serialised at once.</summary>
        /// <typeparam name="T">The type of the value.</typeparam>
        /// <param name="value">The value.</param>
        /// <param name="type">How it is written, from a <c>JsonSerializerContext</c>.</param>
        public static HttpBody Json<T>(T value, JsonTypeInfo<T> type)
        {
            ArgumentNullException.ThrowIfNull(type);
            return HttpBody.From(JsonSerializer.SerializeToUtf8Bytes(value, type));
        }

        /// <summary>A body of one value, serialised at once by reflection.</summary>
        /// <typeparam name="T">The type of the value.</typeparam>
        /// <param name="value">The value.</param>
        /// <param name="options">Null for <see cref="JsonSerializerOptions.Web"/>.</param>
        [RequiresUnreferencedCode(Reflection)]
        [RequiresDynamicCode(Reflection)]
        public static HttpBody Json<T>(T value, JsonSerializerOptions? options) =>
            HttpBody.From(JsonSerializer.SerializeToUtf8Bytes(value, options ?? JsonSerializerOptions.Web));

        /// <summary>
        /// A body of values, one a line, each sent as soon as it is there. The lines end with LF; types that are
        /// written over several lines by their options are not JSON lines.
        /// </summary>
        /// <typeparam name="T">The type of the values.</typeparam>
        /// <param name="values">The values.</param>
        /// <param name="type">How one is written.</param>
        public static HttpBody JsonLines<T>(IAsyncEnumerable<T> values, JsonTypeInfo<T> type)
        {
            ArgumentNullException.ThrowIfNull(values);
            ArgumentNullException.ThrowIfNull(type);
            return HttpBody.From(Lines(values, value => JsonSerializer.SerializeToUtf8Bytes(value, type)));
        }

        /// <summary>A body of values, one a line, each serialised by reflection and sent as soon as it is
        /// there.</summary>
        /// <typeparam name="T">The type of the values.</typeparam>
        /// <param name="values">The values.</param>
        /// <param name="options">Null for <see cref="JsonSerializerOptions.Web"/>; not indented.</param>
        [RequiresUnreferencedCode(Reflection)]
        [RequiresDynamicCode(Reflection)]
        public static HttpBody JsonLines<T>(IAsyncEnumerable<T> values, JsonSerializerOptions? options)
        {
            ArgumentNullException.ThrowIfNull(values);
            options ??= JsonSerializerOptions.Web;
            return HttpBody.From(Lines(values, value => JsonSerializer.SerializeToUtf8Bytes(value, options)));
        }
    }

    /// <summary>Reads all of a body as one value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="body">The body.</param>
    /// <param name="type">How it is read, from a <c>JsonSerializerContext</c>.</param>
    /// <param name="limit">The most bytes to accept, at least 0. Default
    /// <see cref="HttpBody.DefaultReadLimit"/>.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <returns>The value; null for the JSON text <c>null</c>.</returns>
    /// <exception cref="InvalidOperationException">The body was used before.</exception>
    /// <exception cref="HttpMessageException">The body is longer than <paramref name="limit"/> (413), not JSON of that
    /// shape (400), or reading failed.</exception>
    public static async ValueTask<T?> ReadJsonAsync<T>(
        this HttpBody body, JsonTypeInfo<T> type, long limit = HttpBody.DefaultReadLimit,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(type);
        var bytes = await body.ReadBytesAsync(limit, cancellationToken).ConfigureAwait(false);
        return Parsed(bytes, span => JsonSerializer.Deserialize(span, type));
    }

    /// <summary>Reads all of a body as one value, by reflection.</summary>
    /// <inheritdoc cref="ReadJsonAsync{T}(HttpBody, JsonTypeInfo{T}, long, CancellationToken)"/>
    [RequiresUnreferencedCode(Reflection)]
    [RequiresDynamicCode(Reflection)]
    public static async ValueTask<T?> ReadJsonAsync<T>(
        this HttpBody body, JsonSerializerOptions? options = null, long limit = HttpBody.DefaultReadLimit,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        var bytes = await body.ReadBytesAsync(limit, cancellationToken).ConfigureAwait(false);
        return Parsed(bytes, span => JsonSerializer.Deserialize<T>(span, options ?? JsonSerializerOptions.Web));
    }

    private static T? Parsed<T>(ReadOnlyMemory<byte> bytes, Deserialize<T> read)
    {
        try
        {
            return read(bytes.Span);
        }
        catch (JsonException fault)
        {
            // Where it went wrong, without the value that did: it may be a secret.
            throw new HttpMessageException(ContentErrors.InvalidJson(
                $"{fault.Path} at line {fault.LineNumber}, byte {fault.BytePositionInLine}"));
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Lines<T>(
        IAsyncEnumerable<T> values, Func<T, byte[]> write,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var value in values.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return new ReadOnlyMemory<byte>([.. write(value), (byte)'\n']);
    }

    private delegate T? Deserialize<T>(ReadOnlySpan<byte> utf8);
}
