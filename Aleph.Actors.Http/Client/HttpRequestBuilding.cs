using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aleph.Actors.Http;

/// <summary>Puts parameters, forms and JSON into requests. Each answers another request.</summary>
public static class HttpRequestBuilding
{
    /// <summary>Adds parameters to the query of the url.</summary>
    /// <param name="request">With a url.</param>
    /// <param name="parameters">Names and values; see <see cref="HttpParameters"/>.</param>
    /// <param name="style">How sequences are written.</param>
    public static HttpRequest WithQuery(
        this HttpRequest request, IEnumerable<KeyValuePair<string, object?>> parameters,
        ParameterStyle style = ParameterStyle.Repeated)
    {
        ArgumentNullException.ThrowIfNull(request);
        var url = request.Url ?? throw new ArgumentException("The request has no url.", nameof(request));
        var added = HttpParameters.Encode(parameters, style);
        if (added.Length == 0)
            return request;
        var builder = new UriBuilder(url);
        builder.Query = builder.Query.Length > 1 ? $"{builder.Query[1..]}&{added}" : added;
        return request.WithUrl(builder.Uri);
    }

    /// <summary>Sends parameters as an url-encoded form.</summary>
    /// <param name="request">Of a method with content.</param>
    /// <param name="parameters">Names and values; see <see cref="HttpParameters"/>.</param>
    /// <param name="style">How sequences are written.</param>
    /// <param name="encoding">Default UTF-8.</param>
    public static HttpRequest WithForm(
        this HttpRequest request, IEnumerable<KeyValuePair<string, object?>> parameters,
        ParameterStyle style = ParameterStyle.Repeated, Encoding? encoding = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request
            .WithHeader("Content-Type", "application/x-www-form-urlencoded")
            .WithBody(HttpBody.From(HttpParameters.Encode(parameters, style, encoding)));
    }

    /// <summary>Sends a value as JSON (RFC 8259).</summary>
    /// <typeparam name="T">Of the value.</typeparam>
    /// <param name="request">Of a method with content.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">How it is written, from a <c>JsonSerializerContext</c>.</param>
    /// <exception cref="NotSupportedException">The value cannot be written.</exception>
    public static HttpRequest WithJson<T>(this HttpRequest request, T value, JsonTypeInfo<T> type)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.WithHeader("Content-Type", JsonBodies.MediaType).WithBody(HttpBody.Json(value, type));
    }

    /// <summary>Sends a value as JSON (RFC 8259), serialised by reflection, by the options of the web: camel case.
    /// </summary>
    /// <inheritdoc cref="WithJson{T}(HttpRequest, T, JsonSerializerOptions?)"/>
    [RequiresUnreferencedCode(JsonBodies.Reflection)]
    [RequiresDynamicCode(JsonBodies.Reflection)]
    public static HttpRequest WithJson<T>(this HttpRequest request, T value) =>
        request.WithJson(value, (JsonSerializerOptions?)null);

    /// <summary>Sends a value as JSON (RFC 8259), serialised by reflection.</summary>
    /// <typeparam name="T">Of the value.</typeparam>
    /// <param name="request">Of a method with content.</param>
    /// <param name="value">The value.</param>
    /// <param name="options">Null for those of the web: camel case.</param>
    /// <exception cref="NotSupportedException">The value cannot be written.</exception>
    [RequiresUnreferencedCode(JsonBodies.Reflection)]
    [RequiresDynamicCode(JsonBodies.Reflection)]
    public static HttpRequest WithJson<T>(this HttpRequest request, T value, JsonSerializerOptions? options)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.WithHeader("Content-Type", JsonBodies.MediaType).WithBody(HttpBody.Json(value, options));
    }

    /// <summary>Sends a value in a format, and asks for the answer in the same.</summary>
    /// <typeparam name="T">Of the value.</typeparam>
    /// <param name="request">Of a method with content.</param>
    /// <param name="value">The value.</param>
    /// <param name="format">One of <see cref="HttpBodyFormats"/>, or any other.</param>
    public static HttpRequest WithContent<T>(this HttpRequest request, T value, HttpBodyFormat format)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(format);
        var asking = request.Headers.Contains("Accept") ? request : request.WithHeader("Accept", format.MediaType);
        return asking.WithHeader("Content-Type", format.MediaType).WithBody(format.Write(value));
    }

    /// <summary>Sends a form of parts.</summary>
    public static HttpRequest WithMultipart(this HttpRequest request, MultipartForm form)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(form);
        return request.WithHeader("Content-Type", form.ContentType).WithBody(form.ToBody());
    }
}
