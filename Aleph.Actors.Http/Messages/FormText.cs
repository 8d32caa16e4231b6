using System.Buffers;
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
        if (!text.Contains('%'))
            return text.Contains('+') ? text.ToString().Replace('+', ' ') : text.ToString();
        var octets = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        try
        {
            return Strict.GetString(octets, 0, ToOctets(text, octets));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(octets);
        }
    }

    private static int ToOctets(ReadOnlySpan<char> text, Span<byte> octets)
    {
        var count = 0;
        while (!text.IsEmpty)
        {
            // What lies between is UTF-8 as it is.
            var run = text.IndexOfAny('%', '+');
            if (run != 0)
            {
                run = run < 0 ? text.Length : run;
                count += Encoding.UTF8.GetBytes(text[..run], octets[count..]);
                text = text[run..];
            }
            else if (text.Length > 2 && text[0] == '%' && char.IsAsciiHexDigit(text[1])
                && char.IsAsciiHexDigit(text[2]))
            {
                octets[count++] = (byte)((Hex(text[1]) << 4) | Hex(text[2]));
                text = text[3..];
            }
            else
            {
                octets[count++] = (byte)(text[0] == '+' ? ' ' : '%');
                text = text[1..];
            }
        }

        return count;
    }

    private static int Hex(char digit) => char.IsAsciiDigit(digit) ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
