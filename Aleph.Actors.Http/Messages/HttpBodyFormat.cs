using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aleph.Actors.Http;

/// <summary>
/// How values are written to and read from bodies of one media type. Derive from it for a format of your own, such as
/// MessagePack or XML. Members are for any thread.
/// </summary>
public abstract class HttpBodyFormat
{
    /// <summary>The media type that is sent, with parameters where it has them.</summary>
    public abstract string MediaType { get; }

    /// <summary>Whether bodies of a media type are read by it. Default: of <see cref="MediaType"/> alone.</summary>
    /// <param name="mediaType">Type and subtype in lower case, without parameters.</param>
    public virtual bool Reads(string mediaType) => mediaType == Http.MediaType.Parse(MediaType).Essence;

    /// <summary>Makes a body of a value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    public abstract HttpBody Write<T>(T value);

    /// <summary>Reads all of a body as a value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="body">The body.</param>
    /// <param name="limit">The most bytes to accept.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="HttpMessageException">It is too long (413) or malformed (400).</exception>
    public abstract ValueTask<T?> ReadAsync<T>(HttpBody body, long limit, CancellationToken cancellationToken);

    /// <summary>JSON; reads <c>application/json</c> and every <c>+json</c> type.</summary>
    /// <param name="types">Knows the types that are written and read, as a <c>JsonSerializerContext</c> does.</param>
    /// <param name="options">Everything but the types. Default <see cref="JsonSerializerOptions.Web"/>.</param>
    public static HttpBodyFormat Json(IJsonTypeInfoResolver types, JsonSerializerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(types);
        return new JsonBodyFormat(new JsonSerializerOptions(options ?? WebDefaults) { TypeInfoResolver = types });
    }

    /// <summary>JSON by reflection; reads <c>application/json</c> and every <c>+json</c> type.</summary>
    /// <param name="options">Default <see cref="JsonSerializerOptions.Web"/>.</param>
    [RequiresUnreferencedCode(JsonBodies.Reflection)]
    [RequiresDynamicCode(JsonBodies.Reflection)]
    public static HttpBodyFormat Json(JsonSerializerOptions? options = null) =>
        new JsonBodyFormat(options ?? JsonSerializerOptions.Web);

    private static JsonSerializerOptions WebDefaults { get; } = new(JsonSerializerDefaults.Web);
}

/// <summary>JSON, with the types that its options know.</summary>
internal sealed class JsonBodyFormat(JsonSerializerOptions options) : HttpBodyFormat
{
    public override string MediaType => JsonBodies.MediaType;

    public override bool Reads(string mediaType) =>
        mediaType == JsonBodies.MediaType || mediaType.EndsWith("+json", StringComparison.Ordinal);

    public override HttpBody Write<T>(T value) => HttpBody.Json(value, Type<T>());

    public override ValueTask<T?> ReadAsync<T>(HttpBody body, long limit, CancellationToken cancellationToken)
        where T : default => body.ReadJsonAsync(Type<T>(), limit, cancellationToken);

    private JsonTypeInfo<T> Type<T>() => (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
}
