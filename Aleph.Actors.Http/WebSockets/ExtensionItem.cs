using System.Buffers;

namespace Aleph.Actors.Http.WebSockets;

/// <summary>One element of Sec-WebSocket-Extensions (RFC 6455 9.1): a name, and parameters in order.</summary>
internal sealed record ExtensionItem(string Name, IReadOnlyList<(string Name, string? Value)> Parameters)
{
    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t,;=\"");

    /// <summary>Reads the values of all such fields; null where one breaks the grammar.</summary>
    public static List<ExtensionItem>? Parse(IEnumerable<string> values)
    {
        var items = new List<ExtensionItem>();
        foreach (var value in values)
        {
            var rest = value.AsSpan().Trim([' ', '\t']);
            while (true)
            {
                // Lists may have empty elements (RFC 9110 5.6.1).
                rest = rest.TrimStart([' ', '\t', ',']);
                if (rest.IsEmpty)
                    break;
                if (ReadItem(ref rest) is not { } item)
                    return null;
                items.Add(item);
            }
        }

        return items;
    }

    private static ExtensionItem? ReadItem(ref ReadOnlySpan<char> rest)
    {
        if (!TryReadToken(ref rest, out var name))
            return null;
        var parameters = new List<(string, string?)>();
        while (TryTake(ref rest, ';'))
        {
            if (!TryReadToken(ref rest, out var parameter))
                return null;
            string? value = null;
            if (TryTake(ref rest, '=') && !TryReadValue(ref rest, out value))
                return null;
            parameters.Add((parameter, value));
        }

        rest = rest.TrimStart([' ', '\t']);
        return rest.IsEmpty || rest[0] == ',' ? new ExtensionItem(name, parameters) : null;
    }

    private static bool TryTake(ref ReadOnlySpan<char> rest, char sign)
    {
        rest = rest.TrimStart([' ', '\t']);
        if (rest.IsEmpty || rest[0] != sign)
            return false;
        rest = rest[1..].TrimStart([' ', '\t']);
        return true;
    }

    private static bool TryReadToken(ref ReadOnlySpan<char> rest, out string token)
    {
        var length = rest.IndexOfAny(Separators);
        token = (length < 0 ? rest : rest[..length]).ToString();
        rest = rest[token.Length..];
        return FieldSyntax.IsToken(token);
    }

    // What a quoted value holds must be a token as well (RFC 6455 9.1).
    private static bool TryReadValue(ref ReadOnlySpan<char> rest, out string value)
    {
        if (rest.IsEmpty || rest[0] != '"')
            return TryReadToken(ref rest, out value);
        var text = new System.Text.StringBuilder();
        for (var at = 1; at < rest.Length; at++)
        {
            if (rest[at] == '"')
            {
                rest = rest[(at + 1)..];
                value = text.ToString();
                return FieldSyntax.IsToken(value);
            }

            if (rest[at] == '\\' && ++at == rest.Length)
                break;
            text.Append(rest[at]);
        }

        value = "";
        return false;
    }
}
