namespace Aleph.Actors.Http.Multipart;

/// <summary>What can be wrong with a multipart content.</summary>
internal static class MultipartErrors
{
    public static ProtocolError InvalidBoundary() => new(
        400, "invalid_multipart_boundary",
        "The boundary of the multipart content is missing or not 1 to 70 of the allowed characters (RFC 2046 5.1.1).");

    public static ProtocolError InvalidDelimiter() => new(
        400, "invalid_multipart_delimiter",
        "A multipart delimiter is followed by something other than CRLF or two hyphens (RFC 2046 5.1.1).");

    public static ProtocolError InvalidHeader() => new(
        400, "invalid_multipart_header", "A header line of a part is malformed (RFC 2046 5.1, RFC 5322 2.2).");

    public static ProtocolError Truncated() => new(
        400, "multipart_truncated", "The content ends before its closing delimiter (RFC 2046 5.1.1).");

    public static ProtocolError PreambleTooLong(int limit) => new(
        400, "multipart_preamble_too_long", $"More than {limit} octets come before the first delimiter.");

    public static ProtocolError TooManyParts(int limit) => new(
        413, "too_many_multipart_parts", $"The content has more than {limit} parts (RFC 9110 15.5.14).");

    public static ProtocolError HeadersTooLarge(int limit) => new(
        413, "multipart_headers_too_large", $"The header lines of a part are longer than {limit} octets.");

    public static ProtocolError TooManyHeaders(int limit) => new(
        413, "too_many_multipart_headers", $"A part has more than {limit} header lines.");

    public static ProtocolError PartTooLarge(long limit) => new(
        413, "multipart_part_too_large", $"A part is longer than {limit} octets (RFC 9110 15.5.14).");

    public static ProtocolError FieldsTooLarge(long limit) => new(
        413, "multipart_fields_too_large", $"The fields are longer than {limit} octets together (RFC 9110 15.5.14).");

    public static ProtocolError MissingName() => new(
        400, "multipart_part_without_name", "A part of the form has no name (RFC 7578 4.2).");
}
