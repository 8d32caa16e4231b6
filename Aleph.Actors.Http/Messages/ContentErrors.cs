namespace Aleph.Actors.Http;

/// <summary>What can be wrong with the content of a message, beyond its framing.</summary>
internal static class ContentErrors
{
    public static ProtocolError UnsupportedType(string? given, string wanted) => new(
        415, "unsupported_media_type", $"The content is not {wanted} (RFC 9110 15.5.16).", $"Content-Type: {given}");

    public static ProtocolError UnknownCharset(string? given) => new(
        415, "unsupported_charset", "The charset of the content is not known (RFC 9110 15.5.16).",
        $"Content-Type: {given}");

    public static ProtocolError InvalidText() => new(
        400, "invalid_text", "The content is not text of its charset (RFC 9110 8.3.2).");

    public static ProtocolError InvalidJson(string detail) => new(
        400, "invalid_json", "The content is not JSON of the expected shape (RFC 8259).", detail);

    public static ProtocolError TooManyFields(int limit) => new(
        413, "too_many_form_fields", $"The content has more than {limit} fields (RFC 9110 15.5.14).");

    public static ProtocolError InvalidEscape() => new(
        400, "invalid_percent_encoding", "The content has escapes that are not UTF-8 (RFC 3986 2.1).");

    public static ProtocolError NotAcceptable(string accept) => new(
        406, "not_acceptable", "The answer is not available in an accepted media type (RFC 9110 15.5.7).",
        $"Accept: {accept}");
}
