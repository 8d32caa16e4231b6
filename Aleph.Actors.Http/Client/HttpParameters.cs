using System.Collections;
using System.Globalization;
using System.Text;

namespace Aleph.Actors.Http;

/// <summary>
/// Writes names and values as <c>application/x-www-form-urlencoded</c>, for queries and bodies (WHATWG URL 5.2).
/// Values are written by the invariant culture; a nested dictionary as <c>a[b]=c</c>, a sequence as the style says;
/// null
/// as an empty text.
/// </summary>
public static class HttpParameters
{
    /// <summary>Writes them in their order.</summary>
    /// <param name="parameters">Names and values.</param>
    /// <param name="style">How sequences are written.</param>
    /// <param name="encoding">Default UTF-8.</param>
    public static string Encode(
        IEnumerable<KeyValuePair<string, object?>> parameters, ParameterStyle style = ParameterStyle.Repeated,
        Encoding? encoding = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var text = new StringBuilder();
        foreach (var (name, value) in parameters)
            Append(text, name, value, style, encoding ?? Encoding.UTF8);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, object? value, ParameterStyle style, Encoding encoding)
    {
        switch (value)
        {
            case IEnumerable<KeyValuePair<string, object?>> nested:
                foreach (var (key, inner) in nested)
                    Append(text, $"{name}[{key}]", inner, style, encoding);
                break;
            case IDictionary nested:
                foreach (DictionaryEntry entry in nested)
                    Append(text, $"{name}[{Text(entry.Key)}]", entry.Value, style, encoding);
                break;
            case IEnumerable list and not string when style == ParameterStyle.Commas:
                AppendPair(text, name, string.Join(',', list.Cast<object?>().Select(Text)), encoding);
                break;
            case IEnumerable list and not string:
                var index = 0;
                foreach (var item in list)
                    Append(text, NameOf(name, style, index++), item, style, encoding);
                break;
            default:
                AppendPair(text, name, Text(value), encoding);
                break;
        }
    }

    private static string NameOf(string name, ParameterStyle style, int index) => style switch
    {
        ParameterStyle.Array => name + "[]",
        ParameterStyle.Indexed => string.Create(CultureInfo.InvariantCulture, $"{name}[{index}]"),
        _ => name,
    };

    private static void AppendPair(StringBuilder text, string name, string value, Encoding encoding)
    {
        if (text.Length > 0)
            text.Append('&');
        AppendEscaped(text, name, encoding);
        text.Append('=');
        AppendEscaped(text, value, encoding);
    }

    private static void AppendEscaped(StringBuilder text, string value, Encoding encoding)
    {
        foreach (var octet in encoding.GetBytes(value))
        {
            var c = (char)octet;
            if (char.IsAsciiLetterOrDigit(c) || c is '*' or '-' or '.' or '_')
                text.Append(c);
            else if (c == ' ')
                text.Append('+');
            else
                text.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        bool yes => yes ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
