using System.Buffers;
using System.Globalization;

namespace Aleph.Actors.Http;

/// <summary>
/// Reads the url of a request, once for all that is made of it: where to connect, the Host field, the target. What
/// parsers are known to disagree about is refused.
/// </summary>
internal static class HttpUrl
{
    private const int Shown = 200;

    private static readonly SearchValues<char> Refused = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(x => (char)x), (char)0x7f, '\\']);

    /// <summary>An absolute http or https url; what must be percent-encoded is, a space too (RFC 3986 2.1).</summary>
    /// <exception cref="ArgumentException">It is none; the message says why.</exception>
    public static Uri Parse(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (Fault(url) is { } fault)
            throw Bad(url, fault);
        return Uri.TryCreate(url, UriKind.Absolute, out var uri)
            ? PartsChecked(uri)
            : throw Bad(url, "it cannot be parsed");
    }

    /// <summary>The same for what was parsed elsewhere.</summary>
    /// <exception cref="ArgumentException">It cannot be requested; the message says why.</exception>
    public static Uri Checked(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (!uri.IsAbsoluteUri)
            throw Bad(uri.OriginalString, "it is not absolute");
        return Fault(uri.OriginalString) is { } fault ? throw Bad(uri.OriginalString, fault) : PartsChecked(uri);
    }

    /// <summary>The request target in origin form: path and query, without the fragment.</summary>
    public static string Target(Uri uri) => uri.GetComponents(UriComponents.PathAndQuery, UriFormat.UriEscaped);

    /// <summary>Host and port as the Host field has them: the port only where it is not the scheme's.</summary>
    public static string Authority(string host, int port, bool isDefaultPort)
    {
        var name = host.Contains(':', StringComparison.Ordinal) && host[0] != '[' ? $"[{host}]" : host;
        return isDefaultPort ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{port}");
    }

    private static Uri PartsChecked(Uri uri)
    {
        if (uri.Scheme is not ("http" or "https"))
            throw Bad(uri.OriginalString, "its scheme is neither http nor https");
        if (uri.IdnHost.Length == 0)
            throw Bad(uri.OriginalString, "it has no host");
        return uri.Port == 0 ? throw Bad(uri.OriginalString, "its port is 0") : uri;
    }

    private static string? Fault(string url)
    {
        var refused = url.AsSpan().IndexOfAny(Refused);
        if (refused >= 0)
            return url[refused] == '\\' ? "it holds a backslash" : "it holds a control character";

        var start = url.IndexOf("://", StringComparison.Ordinal);
        if (start < 0)
            return "it does not begin with http:// or https://";
        var authority = url.AsSpan(start + 3);
        var end = authority.IndexOfAny('/', '?', '#');
        authority = end < 0 ? authority : authority[..end];
        if (authority.Length == 0)
            return "it has no host";
        var at = authority.IndexOf('@');
        if (at != authority.LastIndexOf('@'))
            return "it has more than one @ before its path";
        return authority[(at + 1)..].Contains('%') ? "its host is percent-encoded" : null;
    }

    private static ArgumentException Bad(string url, string why) =>
        new($"The url \"{Shorten(url)}\" cannot be requested: {why}.", nameof(url));

    private static string Shorten(string url) => string.Concat(
        url.Take(Shown).Select(c => c is >= ' ' and not (char)0x7f ? c.ToString() : $"\\u{(int)c:X4}"));
}
