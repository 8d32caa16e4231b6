using System.Globalization;
using System.Net;
using System.Text;

namespace Aleph.Actors;

/// <summary>
/// Text of others (names of hosts, paths, what a peer says of itself) as it may stand in messages of exceptions and in
/// lines of a log: what would begin a new line, steer a terminal or turn the order of letters shows as its number,
/// such as <c>\u000A</c>.
/// </summary>
internal static class LogText
{
    public static string Of(string? text)
    {
        if (text is null)
            return "";
        var at = 0;
        while (at < text.Length && !IsHidden(text[at]))
            at++;
        return at == text.Length ? text : Escaped(text, at);
    }

    /// <summary>An address; of a name to be resolved, name and port: the platform's text begins with
    /// "Unspecified/".</summary>
    public static string Of(EndPoint? endPoint) => Of(
        endPoint is DnsEndPoint name
            ? string.Create(CultureInfo.InvariantCulture, $"{name.Host}:{name.Port}")
            : endPoint?.ToString());

    private static string Escaped(string text, int good)
    {
        var escaped = new StringBuilder(text, 0, good, text.Length + 16);
        foreach (var c in text.AsSpan(good))
        {
            if (IsHidden(c))
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else
                escaped.Append(c);
        }

        return escaped.ToString();
    }

    private static bool IsHidden(char c) => char.GetUnicodeCategory(c)
        is UnicodeCategory.Control or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
