using System.Text;

namespace Aleph.Actors.Http.Http1;

/// <summary>
/// The usual field names and methods as shared strings, so that a head allocates none for them: a name costs 40 octets
/// or so, a browser's request has a dozen.
/// </summary>
internal static class KnownNames
{
    private const int Slots = 256;

    private static readonly string[] Names =
    [
        "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Access-Control-Request-Headers",
        "Access-Control-Request-Method", "Authorization", "Cache-Control", "Connection", "Content-Encoding",
        "Content-Language", "Content-Length", "Content-Type", "Cookie", "DNT", "Date", "Expect", "Forwarded", "From",
        "Host", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Keep-Alive",
        "Max-Forwards", "Origin", "Pragma", "Priority", "Proxy-Authorization", "Proxy-Connection", "Range", "Referer",
        "Sec-CH-UA", "Sec-CH-UA-Mobile", "Sec-CH-UA-Platform", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site",
        "Sec-Fetch-User", "Sec-GPC", "Sec-WebSocket-Extensions", "Sec-WebSocket-Key", "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Version", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Upgrade-Insecure-Requests",
        "User-Agent", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "X-Request-ID",
        "X-Requested-With", "traceparent", "tracestate",

        // Of answers.
        "Accept-Ranges", "Access-Control-Allow-Origin", "Age", "Allow", "Alt-Svc", "Content-Disposition",
        "Content-Range", "ETag", "Expires", "Last-Modified", "Location", "Proxy-Authenticate", "Retry-After",
        "Sec-WebSocket-Accept", "Server", "Set-Cookie", "Strict-Transport-Security", "Vary", "WWW-Authenticate",
        "X-Content-Type-Options",
    ];

    private static readonly string[] Methods =
    [
        HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Delete, HttpMethods.Connect,
        HttpMethods.Options, HttpMethods.Trace, HttpMethods.Patch,
    ];

    private static readonly Entry?[] Table = BuildTable();

    /// <summary>The text of a field name that is a token, and what it means to the framing.</summary>
    public static string Of(ReadOnlySpan<byte> name, out FieldKind kind)
    {
        for (var slot = SlotOf(name); Table[slot] is { } entry; slot = (slot + 1) & (Slots - 1))
        {
            if (entry.Octets.Length != name.Length)
                continue;
            if (name.SequenceEqual(entry.Octets))
            {
                kind = entry.Kind;
                return entry.Name;
            }

            if (Ascii.EqualsIgnoreCase(name, entry.Octets))
            {
                kind = entry.Kind;
                return name.SequenceEqual(entry.LowerOctets) ? entry.LowerName : Encoding.ASCII.GetString(name);
            }
        }

        kind = FieldKind.Other;
        return Encoding.ASCII.GetString(name);
    }

    /// <summary>The text of a method that is a token.</summary>
    public static string OfMethod(ReadOnlySpan<byte> method)
    {
        foreach (var known in Methods)
        {
            if (Ascii.Equals(method, known))
                return known;
        }

        return Encoding.ASCII.GetString(method);
    }

    private static Entry?[] BuildTable()
    {
        var table = new Entry?[Slots];
        foreach (var name in Names)
        {
            var entry = new Entry(name);
            var slot = SlotOf(entry.Octets);
            while (table[slot] is not null)
                slot = (slot + 1) & (Slots - 1);
            table[slot] = entry;
        }

        return table;
    }

    // Length, first, middle and last letter, without case: few of the names above share a slot.
    private static int SlotOf(ReadOnlySpan<byte> name) =>
        ((name.Length * 7) + ((name[0] & 0x1f) * 31) + ((name[name.Length / 2] & 0x1f) * 5) +
            ((name[^1] & 0x1f) * 11)) & (Slots - 1);

    private static FieldKind KindOf(string name) => name switch
    {
        "Host" => FieldKind.Host,
        "Content-Length" => FieldKind.ContentLength,
        "Transfer-Encoding" => FieldKind.TransferEncoding,
        "Connection" => FieldKind.Connection,
        "Upgrade" => FieldKind.Upgrade,
        "Expect" => FieldKind.Expect,
        _ => FieldKind.Other,
    };

    private sealed class Entry
    {
        public Entry(string name)
        {
            Name = name;
            LowerName = name.ToLowerInvariant();
            Octets = Encoding.ASCII.GetBytes(name);
            LowerOctets = Encoding.ASCII.GetBytes(LowerName);
            Kind = KindOf(name);
        }

        public string Name { get; }

        public string LowerName { get; }

        public byte[] Octets { get; }

        public byte[] LowerOctets { get; }

        public FieldKind Kind { get; }
    }
}
