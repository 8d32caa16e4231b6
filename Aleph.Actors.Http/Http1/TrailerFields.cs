using System.Collections.Frozen;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// Which fields may not stand in a trailer section: framing, routing, modifiers, credentials, content format (RFC 9110
/// 6.5.1).
/// </summary>
internal static class TrailerFields
{
    private static readonly FrozenSet<string> Forbidden = new[]
    {
        "Authorization", "Cache-Control", "Connection", "Content-Encoding", "Content-Length", "Content-Range",
        "Content-Type", "Cookie", "Expect", "Host", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range",
        "If-Unmodified-Since", "Keep-Alive", "Max-Forwards", "Pragma", "Proxy-Authenticate", "Proxy-Authorization",
        "Proxy-Connection", "Range", "Set-Cookie", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
        "WWW-Authenticate",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool IsAllowed(string name) => !Forbidden.Contains(name);
}
