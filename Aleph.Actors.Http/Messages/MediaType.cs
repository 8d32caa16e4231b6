using System.Text;

namespace Aleph.Actors.Http;

/// <summary>The value of a Content-Type field, taken apart (RFC 9110 8.3.1). Names are in lower case.</summary>
internal readonly struct MediaType
{
    private readonly string? _value;

    private MediaType(string? value) => _value = value;

    /// <summary>Type and subtype in lower case; empty where there is none.</summary>
    public string Essence
    {
        get
        {
            var value = _value.AsSpan();
            var end = value.IndexOf(';');
            return (end < 0 ? value : value[..end]).Trim(" \t").ToString().ToLowerInvariant();
        }
    }

    public static MediaType Parse(string? value) => new(value);

    /// <summary>The value of a parameter, unquoted; null where it is absent.</summary>
    /// <param name="name">In lower case.</param>
    public string? this[string name]
    {
        get
        {
            var rest = _value.AsSpan();
            rest = rest.IndexOf(';') is >= 0 and var begin ? rest[(begin + 1)..] : default;
            while (!rest.IsEmpty)
            {
                var key = TakeName(ref rest);
                var value = TakeValue(ref rest);
                if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                    return value;
            }

            return null;
        }
    }

    /// <summary>
    /// The encoding that the charset parameter names; UTF-8 without one; null for one that is unknown.
    /// </summary>
    public Encoding? Charset()
    {
        if (this["charset"] is not { } name)
            return Encoding.UTF8;
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static ReadOnlySpan<char> TakeName(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny('=', ';');
        var name = (end < 0 ? rest : rest[..end]).Trim(" \t");
        rest = end < 0 ? default : rest[(rest[end] == ';' ? end : end + 1)..];
        return name;
    }

    private static string TakeValue(ref ReadOnlySpan<char> rest)
    {
        string value;
        if (rest.StartsWith("\""))
        {
            value = TakeQuoted(ref rest);
            var next = rest.IndexOf(';');
            rest = next < 0 ? default : rest[(next + 1)..];
            return value;
        }

        var end = rest.IndexOf(';');
        value = (end < 0 ? rest : rest[..end]).Trim(" \t").ToString();
        rest = end < 0 ? default : rest[(end + 1)..];
        return value;
    }

    private static string TakeQuoted(ref ReadOnlySpan<char> rest)
    {
        var text = new StringBuilder();
        var i = 1;
        for (; i < rest.Length && rest[i] != '"'; i++)
        {
            // Of other characters the backslash is kept: some clients send paths of Windows as they are.
            if (rest[i] == '\\' && i + 1 < rest.Length && rest[i + 1] is '"' or '\\')
                i++;
            text.Append(rest[i]);
        }

        rest = rest[Math.Min(rest.Length, i + 1)..];
        return text.ToString();
    }
}
