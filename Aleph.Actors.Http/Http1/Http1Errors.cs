using System.Globalization;
using System.Text;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// Every fault that HTTP/1 framing and syntax know: status, code, text for the peer, detail for the log.
/// </summary>
internal static class Http1Errors
{
    private const int Shown = 80;

    // Request line.
    public static ProtocolError TlsOnPlainPort() => new(
        400, "tls_over_http", "A TLS handshake was received where HTTP was expected (RFC 9112 3).");

    public static ProtocolError InvalidMethod(ReadOnlySpan<byte> line) => Of(
        400, "invalid_request_method", "The request method is not a token followed by one space (RFC 9112 3.1).", line);

    public static ProtocolError MethodTooLong(ReadOnlySpan<byte> line, int limit) => Of(
        501, "request_method_too_long", $"The request method is longer than {limit} octets (RFC 9112 3).", line);

    public static ProtocolError RequestLineTooLong(int limit) => new(
        414, "request_line_too_long", $"The request line is longer than {limit} octets (RFC 9112 3).");

    public static ProtocolError InvalidTarget(ReadOnlySpan<byte> line) => Of(
        400, "invalid_request_target",
        "The request target is empty or holds an octet that is not visible ASCII, or a '#' (RFC 9112 3.2).", line);

    public static ProtocolError MissingVersion(ReadOnlySpan<byte> line) => Of(
        400, "invalid_request_line", "The request line ends before its HTTP version (RFC 9112 3).", line);

    public static ProtocolError InvalidVersion(ReadOnlySpan<byte> line) => Of(
        400, "unrecognized_http_version", "The HTTP version is not of the form HTTP/1.1, then CRLF (RFC 9112 2.3).",
        line);

    public static ProtocolError UnsupportedVersion(ReadOnlySpan<byte> line) => Of(
        505, "unsupported_http_version", "The major HTTP version is not 1 (RFC 9110 15.6.6).", line);

    public static ProtocolError TooManyEmptyLines(int limit) => new(
        400, "too_many_leading_empty_lines",
        $"More than {limit} empty lines came before the request line (RFC 9112 2.2).");

    public static ProtocolError LineFeedAlone(ReadOnlySpan<byte> line) => Of(
        400, "line_feed_without_carriage_return", "A line ends with LF instead of CRLF (RFC 9112 2.2).", line);

    public static ProtocolError CarriageReturnAlone(ReadOnlySpan<byte> line) => Of(
        400, "carriage_return_without_line_feed", "A CR is not followed by LF (RFC 9112 2.2).", line);

    public static ProtocolError InvalidPath(string what, ReadOnlySpan<byte> target) => Of(
        400, "invalid_request_path", $"The path of the request target has {what} (RFC 3986 2.1).", target);

    public static ProtocolError TargetFormNotAllowed(ReadOnlySpan<byte> target) => Of(
        400, "invalid_request_target_form",
        "The form of the request target does not fit the method: a path or an http URI, host:port for CONNECT, " +
        "or * for OPTIONS (RFC 9112 3.2).", target);

    public static ProtocolError HostDiffers(string host, string authority) => new(
        400, "host_does_not_match_target",
        "The Host field differs from the authority of the request target (RFC 9112 3.2.2).",
        $"Host: \"{Escape(host)}\", target: \"{Escape(authority)}\"");

    // Fields.
    public static ProtocolError HeadersTooLarge(int limit) => new(
        431, "headers_exceed_max_total_size", $"The field lines are longer than {limit} octets together (RFC 6585 5).");

    public static ProtocolError TooManyHeaders(int limit) => new(
        431, "too_many_headers", $"There are more than {limit} field lines (RFC 6585 5).");

    public static ProtocolError FoldedLine(ReadOnlySpan<byte> line) => Of(
        400, "folded_header_line", "A field line begins with white space (RFC 9112 5.2).", line);

    public static ProtocolError InvalidFieldName(ReadOnlySpan<byte> line) => Of(
        400, "invalid_characters_in_header_name",
        "A field name is not a token directly followed by a colon (RFC 9112 5.1).", line);

    public static ProtocolError InvalidFieldValue(ReadOnlySpan<byte> line) => Of(
        400, "invalid_characters_in_header_value", "A field value holds a control character (RFC 9110 5.5).", line);

    public static ProtocolError MissingHost() => new(
        400, "missing_host_header", "An HTTP/1.1 request needs a Host field that is not empty (RFC 9112 3.2).");

    public static ProtocolError SecondHost() => new(
        400, "multiple_host_headers", "There is more than one Host field (RFC 9112 3.2).");

    public static ProtocolError InvalidHost(ReadOnlySpan<byte> value) => Of(
        400, "invalid_host_header", "The Host is not a host name or address with an optional port (RFC 9110 7.2).",
        value);

    public static ProtocolError InvalidContentLength(ReadOnlySpan<byte> value) => Of(
        400, "invalid_content_length", "Content-Length is not a decimal number below 2^63 (RFC 9110 8.6).", value);

    public static ProtocolError SecondContentLength() => new(
        400, "multiple_content_lengths", "There is more than one Content-Length (RFC 9112 6.3).");

    public static ProtocolError LengthAndEncoding() => new(
        400, "content_length_with_transfer_encoding",
        "There are both Content-Length and Transfer-Encoding (RFC 9112 6.1).");

    public static ProtocolError EncodingInHttp10() => new(
        400, "transfer_encoding_in_http_1_0", "An HTTP/1.0 request has Transfer-Encoding (RFC 9112 6.1).");

    public static ProtocolError UnknownCoding() => new(
        501, "transfer_coding_not_implemented",
        "A transfer coding other than chunked is not implemented (RFC 9112 6.1).");

    public static ProtocolError InvalidEncoding() => new(
        400, "invalid_transfer_encoding", "Transfer-Encoding is not exactly \"chunked\", once (RFC 9112 6.1).");

    public static ProtocolError BodyOfConnect() => new(
        400, "connect_with_body", "A CONNECT request announces a body (RFC 9110 9.3.6).");

    public static ProtocolError ForbiddenTrailer(string name) => new(
        400, "forbidden_trailer_field", "A trailer section has a field that is not allowed there (RFC 9110 6.5.1).",
        name);

    // Body.
    public static ProtocolError BodyTooLarge(long limit) => new(
        413, "request_body_too_large", $"The body is longer than {limit} octets (RFC 9110 15.5.14).");

    public static ProtocolError InvalidChunkSize(ReadOnlySpan<byte> line) => Of(
        400, "bad_chunk_size_data",
        "A chunk size is not a hexadecimal number of 1 to 16 digits below 2^63 (RFC 9112 7.1).", line);

    public static ProtocolError InvalidChunkExtension(ReadOnlySpan<byte> line) => Of(
        400, "bad_chunk_extension", "A chunk extension is malformed or does not end with CRLF (RFC 9112 7.1.1).", line);

    public static ProtocolError ChunkExtensionTooLong(int limit) => new(
        400, "chunk_extension_too_long", $"The chunk extensions are longer than {limit} octets (RFC 9112 7.1.1).");

    public static ProtocolError InvalidChunkEnd(ReadOnlySpan<byte> rest) => Of(
        400, "bad_chunk_suffix", "The data of a chunk are not followed by CRLF (RFC 9112 7.1).", rest);

    public static ProtocolError UnexpectedEnd(string where) => new(
        400, "unexpected_end_of_request", $"The connection ended inside {where} (RFC 9112 8).");

    // Answers, as a client meets them.
    public static HttpStatus BadGateway => new(502);

    public static ProtocolError InvalidStatusLine(ReadOnlySpan<byte> line) => Of(
        502, "invalid_status_line",
        "The answer does not begin with HTTP/1.1, a status of three digits, and a reason (RFC 9112 4).", line);

    public static ProtocolError UnsupportedResponseVersion(ReadOnlySpan<byte> line) => Of(
        502, "unsupported_http_version", "The major HTTP version of the answer is not 1 (RFC 9112 2.3).", line);

    public static ProtocolError StatusLineTooLong(int limit) => new(
        502, "status_line_too_long", $"The status line is longer than {limit} octets (RFC 9112 4).");

    public static ProtocolError TooManyInterim(int limit) => new(
        502, "too_many_interim_responses",
            $"More than {limit} interim answers came before the final one (RFC 9110 15.2).");

    public static ProtocolError UnexpectedResponse(ReadOnlySpan<byte> octets) => Of(
        502, "unexpected_response", "Octets came that answer no request (RFC 9112 9.2).", octets);

    public static ProtocolError UnexpectedUpgrade() => new(
        502, "unexpected_upgrade", "The answer switches to a protocol that the request did not offer (RFC 9110 7.8).");

    // What our own user asked for and cannot be sent: nothing of these was sent yet.
    public static ProtocolError RequestTransferEncoding(string value) => new(
        400, "request_transfer_encoding",
        "The request sets Transfer-Encoding to something else than chunked (RFC 9112 6.1).", Escape(value));

    public static ProtocolError RequestContentLength(string value) => new(
        400, "request_content_length",
        "The request sets Content-Length twice, or not to a decimal number, or beside Transfer-Encoding " +
        "(RFC 9110 8.6).", Escape(value));

    public static ProtocolError RequestLengthDiffers(long said, long actual) => new(
        400, "request_content_length_mismatch",
        string.Create(CultureInfo.InvariantCulture,
            $"The request sets a Content-Length of {said}, and its body has {actual} bytes (RFC 9110 8.6)."));

    public static ProtocolError RequestBodyNotAllowed(string method) => new(
        400, "request_body_not_allowed", $"A {method} request has no content (RFC 9110 9.3).");

    // Our own handler's faults: nothing of these was sent yet.
    public static ProtocolError LocalTransferEncoding() => new(
        500, "handler_set_transfer_encoding",
        "The handler set Transfer-Encoding; the server alone chooses the framing (RFC 9112 6.1).");

    public static ProtocolError LocalContentLength(string value) => new(
        500, "handler_set_invalid_content_length",
        "The handler set Content-Length twice or not to a decimal number (RFC 9110 8.6).", Escape(value));

    public static ProtocolError LocalLengthDiffers(long said, long actual) => new(
        500, "handler_content_length_mismatch",
        "The handler set a Content-Length other than its body's (RFC 9110 8.6).",
        string.Create(CultureInfo.InvariantCulture, $"Content-Length: {said}, body: {actual} octets"));

    public static ProtocolError LocalLengthNotAllowed(int status, long said) => new(
        500, "handler_content_length_not_allowed",
        $"The handler set a Content-Length above 0 on an answer of status {status} (RFC 9110 8.6).",
        said.ToString(CultureInfo.InvariantCulture));

    public static ProtocolError LocalInterimStatus(int status) => new(
        500, "handler_answered_informational",
        $"The handler answered {status}, which cannot be a final status (RFC 9110 15.2).");

    public static string Escape(ReadOnlySpan<byte> octets) =>
        Escape(Encoding.Latin1.GetString(octets[..Math.Min(octets.Length, Shown + 1)]));

    public static string Escape(string text)
    {
        var shown = new StringBuilder();
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, Shown)))
        {
            if (c is >= ' ' and < (char)0x7f and not '\\')
                shown.Append(c);
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}");
        }

        return text.Length > Shown ? shown.Append("...").ToString() : shown.ToString();
    }

    private static ProtocolError Of(int status, string code, string summary, ReadOnlySpan<byte> octets) =>
        new(status, code, summary, Escape(octets));
}
