using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aleph.Actors.Http;

/// <summary>Answers of the usual kinds.</summary>
public static class HttpResponses
{
    private static readonly HttpHeaders JsonFields = HttpHeaders.Of(("Content-Type", JsonBodies.MediaType));
    private static readonly HttpHeaders LinesFields = HttpHeaders.Of(("Content-Type", JsonBodies.LinesMediaType));

    extension(HttpResponse)
    {
        /// <summary>An answer of plain text in an encoding, which is named in the Content-Type.</summary>
        /// <param name="text">The text.</param>
        /// <param name="encoding">The encoding.</param>
        /// <param name="status">Default 200.</param>
        public static HttpResponse Text(string text, Encoding encoding, HttpStatus status = default)
        {
            ArgumentNullException.ThrowIfNull(encoding);
            return HttpResponse.Of(
                HttpBody.From(text, encoding), status, $"text/plain; charset={encoding.WebName.ToLowerInvariant()}");
        }

        /// <summary>An answer of one value in JSON.</summary>
        /// <typeparam name="T">The type of the value.</typeparam>
        /// <param name="value">The value.</param>
        /// <param name="type">How it is written, from a <c>JsonSerializerContext</c>.</param>
        /// <param name="status">Default 200.</param>
        public static HttpResponse Json<T>(T value, JsonTypeInfo<T> type, HttpStatus status = default) =>
            new(status, JsonFields, HttpBody.Json(value, type));

        /// <summary>An answer of one value in JSON, written by reflection.</summary>
        /// <typeparam name="T">The type of the value.</typeparam>
        /// <param name="value">The value.</param>
        /// <param name="options">Default <see cref="JsonSerializerOptions.Web"/>.</param>
        /// <param name="status">Default 200.</param>
        [RequiresUnreferencedCode(JsonBodies.Reflection)]
        [RequiresDynamicCode(JsonBodies.Reflection)]
        public static HttpResponse Json<T>(
            T value, JsonSerializerOptions? options = null, HttpStatus status = default) =>
            new(status, JsonFields, HttpBody.Json(value, options));

        /// <summary>
        /// An answer of values in JSON, one a line (<c>application/x-ndjson</c>), each sent as soon as it is there. The
        /// enumerator is disposed when the answer ends or the client leaves.
        /// </summary>
        /// <typeparam name="T">The type of the values.</typeparam>
        /// <param name="values">The values.</param>
        /// <param name="type">How one is written.</param>
        public static HttpResponse JsonLines<T>(IAsyncEnumerable<T> values, JsonTypeInfo<T> type) =>
            new(default, LinesFields, HttpBody.JsonLines(values, type));

        /// <summary>An answer of values in JSON, one a line, written by reflection.</summary>
        /// <typeparam name="T">The type of the values.</typeparam>
        /// <param name="values">The values.</param>
        /// <param name="options">Default <see cref="JsonSerializerOptions.Web"/>.</param>
        [RequiresUnreferencedCode(JsonBodies.Reflection)]
        [RequiresDynamicCode(JsonBodies.Reflection)]
        public static HttpResponse JsonLines<T>(IAsyncEnumerable<T> values, JsonSerializerOptions? options) =>
            new(default, LinesFields, HttpBody.JsonLines(values, options));

        /// <summary>An answer that says what went wrong (RFC 9457).</summary>
        /// <param name="status">The status.</param>
        /// <param name="detail">What happened this time; null for no more than the status.</param>
        public static HttpResponse Problem(HttpStatus status, string? detail = null) =>
            new HttpProblem(status) { Detail = detail }.ToResponse();

        /// <summary>An answer that sends the client elsewhere (RFC 9110 15.4).</summary>
        /// <param name="location">A URI reference; what is not ASCII is percent-encoded as UTF-8.</param>
        /// <param name="status">301, 302, 303, 307 or 308. Default 302: for now, with GET.</param>
        /// <exception cref="ArgumentException">The location is empty or holds a control or space, or the status is
        /// another.</exception>
        public static HttpResponse Redirect(string location, int status = 302)
        {
            ArgumentException.ThrowIfNullOrEmpty(location);
            if (status is not (301 or 302 or 303 or 307 or 308))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(status), status, "A redirect is 301, 302, 303, 307 or 308.");
            }

            if (location.AsSpan().ContainsAnyInRange('\0', ' ') || location.Contains('\x7f', StringComparison.Ordinal))
            {
                throw new ArgumentException(
                    $"The location \"{FieldSyntax.Escape(location)}\" holds a control or a space (RFC 9110 10.2.2).",
                    nameof(location));
            }

            return new(status, HttpHeaders.Of(("Location", Ascii(location))));
        }

        /// <summary>
        /// An answer of one value in the format that the client prefers of those we have; where it accepts none, 406.
        /// </summary>
        /// <typeparam name="T">The type of the value.</typeparam>
        /// <param name="request">Whose Accept field decides.</param>
        /// <param name="value">The value.</param>
        /// <param name="formats">What we have, in order of preference.</param>
        /// <param name="status">Default 200.</param>
        public static HttpResponse Of<T>(
            HttpRequest request, T value, HttpBodyFormats formats, HttpStatus status = default)
        {
            ArgumentNullException.ThrowIfNull(request);
            ArgumentNullException.ThrowIfNull(formats);
            var accept = request.Headers["Accept"];
            var answer = formats.ForAccept(accept) is { } format
                ? HttpResponse.Of(format.Write(value), status, format.MediaType)
                : HttpResponse.Problem(406, ContentErrors.NotAcceptable(accept!).Summary);
            return answer.WithHeader("Vary", "Accept");
        }
    }

    /// <summary>This answer with one more cookie.</summary>
    /// <exception cref="InvalidOperationException">The cookie is malformed; see
    /// <see cref="SetCookie.ToFieldValue"/>.</exception>
    public static HttpResponse WithCookie(this HttpResponse response, SetCookie cookie)
    {
        ArgumentNullException.ThrowIfNull(response);
        ArgumentNullException.ThrowIfNull(cookie);
        return response.WithHeaders(response.Headers.Add("Set-Cookie", cookie.ToFieldValue()));
    }

    private static string Ascii(string location)
    {
        if (System.Text.Ascii.IsValid(location))
            return location;
        var text = new StringBuilder();
        foreach (var octet in Encoding.UTF8.GetBytes(location))
            _ = octet < 0x80 ? text.Append((char)octet) : text.Append('%').Append(octet.ToString("X2", null));
        return text.ToString();
    }

}
