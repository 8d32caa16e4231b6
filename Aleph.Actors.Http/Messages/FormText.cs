using System.Text;

namespace Aleph.Actors.Http;

/// <summary>
/// Reads the names and values of a query or form, <c>a=1&amp;b=x%20y</c> (the application/x-www-form-urlencoded of
/// WHATWG): a plus is a space, escapes are octets of UTF-8. Its cost is linear in the length.
/// </summary>
internal static class FormText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <param name="text">What is between question mark and end, or a form's content.</param>
    /// <param name="limit">The most pairs.</param>
    /// <param name="error">What is wrong, or null.</param>
    /// <returns>The pairs; null where there is an error.</returns>
    public static NameValues? Parse(ReadOnlySpan<char> text, int limit, out ProtocolError? error)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        error = null;
        foreach (var range in text.Split('&'))
        {
            var pair = text[range];
            if (pair.IsEmpty)
                continue;
            if (pairs.Count == limit)
            {
                error = ContentErrors.TooManyFields(limit);
                return null;
            }

            var equals = pair.IndexOf('=');
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            var value = equals < 0 ? "" : Decode(pair[(equals + 1)..]);
            if (name is null || value is null)
            {
                error = ContentErrors.InvalidEscape();
                return null;
            }

            pairs.Add(new(name, value));
        }

        return pairs.Count == 0 ? NameValues.Empty : new NameValues([.. pairs]);
    }

    private static string? Decode(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAny('%', '+'))
            return text.ToString();
        var octets = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var count = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%' && i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1])
                && char.IsAsciiHexDigit(text[i + 2]))
            {
                octets[count++] = (byte)((Hex(text[i + 1]) << 4) | Hex(text[i + 2]));
                i += 2;
            }
            else if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length)
            {
                count += Encoding.UTF8.GetBytes(text.Slice(i++, 2), octets.AsSpan(count));
            }
            else
            {
                var letter = text[i] == '+' ? ' ' : text[i];
                count += Encoding.UTF8.GetBytes([letter], octets.AsSpan(count));
            }
        }

        try
        {
            return Strict.GetString(octets, 0, count);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static int Hex(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
