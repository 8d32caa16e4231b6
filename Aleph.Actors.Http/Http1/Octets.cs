using System.Buffers;

namespace Aleph.Actors.Http.Http1;

/// <summary>The character classes of the wire (RFC 9110 5.5, 5.6.2; RFC 3986 2), for vectorised scans.</summary>
internal static class Octets
{
    public const byte Cr = (byte)'\r';
    public const byte Lf = (byte)'\n';
    public const byte Sp = (byte)' ';
    public const byte Tab = (byte)'\t';

    /// <summary>tchar.</summary>
    public static readonly SearchValues<byte> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>field-vchar, SP and HTAB.</summary>
    public static readonly SearchValues<byte> FieldValue = SearchValues.Create(
        [.. Enumerable.Range(0, 256).Where(c => c == '\t' || (c >= ' ' && c != 0x7f)).Select(c => (byte)c)]);

    /// <summary>
    /// Visible ASCII but for '#'. Wider than RFC 3986, since browsers send '|', '^' and the like as they are; a
    /// fragment is never sent.
    /// </summary>
    public static readonly SearchValues<byte> Target = SearchValues.Create(
        [.. Enumerable.Range(0x21, 0x7e - 0x20).Where(c => c != '#').Select(c => (byte)c)]);

    public static bool IsToken(byte octet) => Token.Contains(octet);

    public static ReadOnlySpan<byte> TrimBlanks(ReadOnlySpan<byte> text)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && text[start] is Sp or Tab)
            start++;
        while (end > start && text[end - 1] is Sp or Tab)
            end--;
        return text[start..end];
    }
}
