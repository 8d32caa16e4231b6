using System.Diagnostics.CodeAnalysis;

namespace Aleph.Actors.Transports.Tls;

/// <summary>
/// A table by the server name that a client asks for: names, and wildcards for one label (RFC 9525 6.3). Case and a
/// final dot do not matter.
/// </summary>
internal sealed class TlsServerNames<T>
{
    private readonly Dictionary<string, T> _names = new(StringComparer.OrdinalIgnoreCase);

    public bool IsEmpty => _names.Count == 0;

    public void Add(string key, T value) => _names[key.TrimEnd('.')] = value;

    public bool TryFind(string? name, [MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (string.IsNullOrEmpty(name) || IsEmpty)
            return false;
        name = name.TrimEnd('.');
        if (_names.TryGetValue(name, out value))
            return true;
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && _names.TryGetValue(string.Concat("*", name.AsSpan(dot)), out value);
    }
}

/// <summary>Which keys such a table takes.</summary>
internal static class TlsServerNames
{
    public static bool IsKey(string? key)
    {
        if (string.IsNullOrEmpty(key))
            return false;
        var name = key.StartsWith("*.", StringComparison.Ordinal) ? key[2..] : key;
        return Uri.CheckHostName(name) == UriHostNameType.Dns;
    }
}
