using System.Globalization;
using System.Text;

namespace Aleph.Actors.Tests.Support;

/// <summary>Bytes on the wire, written as raw string literals and shown in failure messages.</summary>
internal static class Wire
{
    /// <summary>
    /// The bytes of a raw string literal: every line break becomes CRLF, nothing is added at the end (a head that is
    /// all of the text therefore ends with two empty lines), and the escapes <c>\r \n \t \0 \\ \xHH</c> name bytes
    /// that the literal cannot hold. Characters up to U+00FF are single bytes.
    /// </summary>
    /// <exception cref="FormatException">An unknown escape, or a character beyond U+00FF.</exception>
    public static byte[] Text(string literal)
    {
        var bytes = new List<byte>(literal.Length + 16);
        for (var i = 0; i < literal.Length; i++)
        {
            switch (literal[i])
            {
                case '\r' when i + 1 < literal.Length && literal[i + 1] == '\n':
                    break;
                case '\n':
                    bytes.Add((byte)'\r');
                    bytes.Add((byte)'\n');
                    break;
                case '\\':
                    bytes.Add(Escape(literal, ref i));
                    break;
                case > '\u00FF':
                    throw new FormatException($"'{literal[i]}' at {i} is not one byte; use \\xHH.");
                case var character:
                    bytes.Add((byte)character);
                    break;
            }
        }

        return [.. bytes];
    }

    /// <summary>Bytes as one line of text with the escapes of <see cref="Text"/>, for messages.</summary>
    public static string Show(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var value in bytes)
        {
            _ = value switch
            {
                (byte)'\r' => text.Append("\\r"),
                (byte)'\n' => text.Append("\\n"),
                (byte)'\t' => text.Append("\\t"),
                (byte)'\\' => text.Append("\\\\"),
                >= 0x20 and < 0x7F => text.Append((char)value),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\x{value:X2}"),
            };
        }

        return text.ToString();
    }

    /// <summary>
    /// Ways in which the same bytes may arrive: whole, cut in two at every byte, and byte by byte. Each is a list of
    /// segments in order.
    /// </summary>
    public static IEnumerable<byte[][]> Cuts(byte[] bytes)
    {
        yield return [bytes];
        for (var i = 1; i < bytes.Length; i++)
            yield return [bytes[..i], bytes[i..]];
        yield return [.. bytes.Select(x => new[] { x })];
    }

    private static byte Escape(string literal, ref int at)
    {
        var kind = at + 1 < literal.Length ? literal[++at] : '\0';
        switch (kind)
        {
            case 'r':
                return (byte)'\r';
            case 'n':
                return (byte)'\n';
            case 't':
                return (byte)'\t';
            case '0':
                return 0;
            case '\\':
                return (byte)'\\';
            case 'x' when at + 2 < literal.Length:
                at += 2;
                return Convert.FromHexString(literal.AsSpan(at - 1, 2))[0];
            default:
                throw new FormatException($"Unknown escape at {at} of a wire text; known: \\r \\n \\t \\0 \\\\ \\xHH.");
        }
    }
}
