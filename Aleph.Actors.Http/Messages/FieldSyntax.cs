using System.Buffers;

namespace Aleph.Actors.Http;

/// <summary>The grammar of field names and values (RFC 9110 5.1, 5.5, 5.6.2), for what our own user writes.</summary>
internal static class FieldSyntax
{
    private const string TokenChars =
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> Token = SearchValues.Create(TokenChars);

    // RFC 9110 5.5: VCHAR, obs-text, and SP or HTAB between them.
    private static readonly SearchValues<char> ValueChars = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Where(c => c == '\t' || (c >= ' ' && c != 0x7f)).Select(c => (char)c)]);

    public static bool IsToken(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExcept(Token);

    public static bool IsValue(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(ValueChars);

    /// <summary>Whether a text may be sent as a reason phrase (RFC 9112 4); the empty one may.</summary>
    public static bool IsReasonPhrase(ReadOnlySpan<char> text) => IsValue(text);

    public static HttpField Checked(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        if (!IsToken(name))
            throw new ArgumentException($"The field name \"{Escape(name)}\" is not a token (RFC 9110 5.1).",
                nameof(name));
        if (!IsValue(value))
        {
            throw new ArgumentException(
                $"The value of field {name}, \"{Escape(value)}\", holds a control or a character above U+00FF; " +
                "allowed are HTAB, SP, visible ASCII and U+0080 to U+00FF (RFC 9110 5.5).",
                nameof(value));
        }

        return new HttpField(name, value.AsSpan().Trim(" \t").Length == value.Length ? value : value.Trim(' ', '\t'));
    }

    public static string Escape(string text) =>
        string.Concat(text.Take(80).Select(c => c is >= ' ' and < (char)0x7f ? c.ToString() : $"\\u{(int)c:X4}"));
}
