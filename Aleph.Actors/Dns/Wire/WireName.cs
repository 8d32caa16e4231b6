using System.Globalization;
using System.Text;

namespace Aleph.Actors.Dns.Wire;

/// <summary>
/// Names on the wire: labels with their lengths, and pointers to earlier ones (RFC 1035, 3.1 and 4.1.4).
/// </summary>
internal static class WireName
{
    /// <summary>How many octets a name has at most, all lengths and the root included (RFC 1035, 2.3.4).</summary>
    public const int MaxOctets = 255;

    private const int PointerMark = 0xC0;

    /// <summary>Writes a name that <see cref="HostName"/> has found good; answers how many octets that took.</summary>
    public static int Write(string name, Span<byte> target)
    {
        var at = 0;
        foreach (var label in name.AsSpan().Split('.'))
        {
            var text = name.AsSpan()[label];
            target[at] = (byte)text.Length;
            Encoding.ASCII.GetBytes(text, target[(at + 1)..]);
            at += text.Length + 1;
        }

        target[at] = 0;
        return at + 1;
    }

    /// <summary>
    /// Reads the name at <paramref name="at"/> as lower-case text without a trailing dot, and moves <paramref
    /// name="at"/> behind it. Octets that no host name has are escaped, so that different names have different texts.
    /// </summary>
    /// <returns>False when it runs past the end, is too long, or does not end.</returns>
    public static bool TryRead(ReadOnlySpan<byte> message, ref int at, out string name)
    {
        var text = new StringBuilder();
        var good = TryWalk(message, ref at, text);
        name = good ? text.ToString() : "";
        return good;
    }

    /// <summary>As <see cref="TryRead"/>, for a name that does not matter.</summary>
    public static bool TrySkip(ReadOnlySpan<byte> message, ref int at) => TryWalk(message, ref at, text: null);

    private static bool TryWalk(ReadOnlySpan<byte> message, ref int at, StringBuilder? text)
    {
        var position = at;
        var behind = -1;
        // Each pointer must lead to before the place where the last piece began, so the walk ends.
        var floor = at;
        var octets = 1;
        while (position < message.Length)
        {
            int length = message[position];
            if (length == 0)
            {
                at = behind < 0 ? position + 1 : behind;
                return true;
            }

            if ((length & PointerMark) == PointerMark)
            {
                if (position + 1 >= message.Length)
                    return false;
                behind = behind < 0 ? position + 2 : behind;
                position = ((length & ~PointerMark) << 8) | message[position + 1];
                if (position >= floor)
                    return false;
                floor = position;
                continue;
            }

            octets += length + 1;
            if ((length & PointerMark) != 0 || octets > MaxOctets || position + length >= message.Length)
                return false;
            AppendLabel(text, message.Slice(position + 1, length));
            position += length + 1;
        }

        return false;
    }

    private static void AppendLabel(StringBuilder? text, ReadOnlySpan<byte> label)
    {
        if (text is null)
            return;
        if (text.Length > 0)
            text.Append('.');
        foreach (var octet in label)
        {
            var c = char.ToLowerInvariant((char)octet);
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
                text.Append(c);
            else
                text.Append(CultureInfo.InvariantCulture, $"\\{octet:D3}");
        }
    }
}
