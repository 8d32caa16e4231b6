using System.Buffers;
using System.Net;
using System.Text;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// The grammar of <c>uri-host [":" port]</c> (RFC 9110 7.2, RFC 3986 3.2.2), and when two of them mean the same.
/// </summary>
internal static class HostSyntax
{
    private static readonly SearchValues<byte> RegName = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=%"u8);

    private static readonly SearchValues<byte> Address = SearchValues.Create("0123456789ABCDEFabcdef:."u8);

    public static bool IsAuthority(ReadOnlySpan<byte> text)
    {
        var hostLength = HostLength(text);
        return hostLength > 0 && IsHost(text[..hostLength]) && IsPortSuffix(text[hostLength..]);
    }

    /// <summary>Whether a port is there, as CONNECT needs it (RFC 9110 9.3.6).</summary>
    public static bool HasPort(ReadOnlySpan<byte> authority) => authority.Length > HostLength(authority) + 1;

    /// <summary>
    /// Whether two valid authorities are the same, when <paramref name="defaultPort"/> (":80") may be left out.
    /// </summary>
    public static bool Same(string a, string b, string defaultPort) =>
        WithoutPort(a, defaultPort).Equals(WithoutPort(b, defaultPort), StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> WithoutPort(string authority, string port)
    {
        if (authority.EndsWith(':'))
            return authority.AsSpan(0, authority.Length - 1);
        return authority.EndsWith(port, StringComparison.Ordinal)
            ? authority.AsSpan(0, authority.Length - port.Length)
            : authority;
    }

    private static int HostLength(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[0] == '[')
            return text.IndexOf((byte)']') + 1;
        var colon = text.IndexOf((byte)':');
        return colon < 0 ? text.Length : colon;
    }

    private static bool IsHost(ReadOnlySpan<byte> host)
    {
        if (host[0] == '[')
        {
            var inner = host[1..^1];
            return inner.Contains((byte)':') && !inner.ContainsAnyExcept(Address)
                && IPAddress.TryParse(Encoding.ASCII.GetString(inner), out _);
        }

        return !host.ContainsAnyExcept(RegName) && (!host.Contains((byte)'%') || HasOnlyWholeEscapes(host));
    }

    private static bool HasOnlyWholeEscapes(ReadOnlySpan<byte> host)
    {
        for (var i = 0; i < host.Length; i++)
        {
            if (host[i] != '%')
                continue;
            if (i + 2 >= host.Length || !char.IsAsciiHexDigit((char)host[i + 1])
                || !char.IsAsciiHexDigit((char)host[i + 2]))
                return false;
        }

        return true;
    }

    private static bool IsPortSuffix(ReadOnlySpan<byte> suffix)
    {
        if (suffix.Length == 0)
            return true;
        if (suffix[0] != ':' || suffix.Length > 6)
            return false;
        var port = 0;
        foreach (var digit in suffix[1..])
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            port = (port * 10) + (digit - '0');
        }

        return port <= ushort.MaxValue;
    }
}
