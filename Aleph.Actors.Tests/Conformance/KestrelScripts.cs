namespace Aleph.Actors.Tests.Conformance;

/// <summary>One script of bytes for both servers.</summary>
/// <param name="Name">As the table of differences names it.</param>
/// <param name="Wire">The bytes; <c>|</c> is CRLF.</param>
/// <param name="Why">Why the answers differ; null where they must not.</param>
internal sealed record KestrelScript(string Name, string Wire, string? Why = null)
{
    private const string Grammar = "not in the grammar of RFC 9110 and 9112";
    private const string Smuggling = "servers and proxies read it differently, which smuggles requests";

    public static IReadOnlyList<KestrelScript> All { get; } =
    [
        new("GET", "GET / HTTP/1.1|Host: a||"),
        new("GET with query", "GET /a/b?c=d&e HTTP/1.1|Host: a||"),
        new("HEAD", "HEAD / HTTP/1.1|Host: a|Connection: close||"),
        new("POST with length", "POST /p HTTP/1.1|Host: a|Content-Length: 3||abc"),
        new("POST in chunks", "POST /p HTTP/1.1|Host: a|Transfer-Encoding: chunked||3|abc|2;x=y|de|0||"),
        new("POST in chunks with trailers", "POST /p HTTP/1.1|Host: a|Transfer-Encoding: chunked||3|abc|0|T: v||"),
        new("POST without content", "POST /p HTTP/1.1|Host: a||"),
        new("unknown method", "BREW /pot HTTP/1.1|Host: a||"),
        new("OPTIONS *", "OPTIONS * HTTP/1.1|Host: a||"),
        new("three pipelined",
            "GET /1 HTTP/1.1|Host: a||POST /2 HTTP/1.1|Host: a|Content-Length: 1||xGET /3 HTTP/1.1|Host: a||"),
        new("HTTP/1.0", "GET / HTTP/1.0||"),
        new("HTTP/1.0 kept alive", "GET / HTTP/1.0|Connection: keep-alive||"),
        new("Connection: close", "GET / HTTP/1.1|Host: a|Connection: close||"),
        new("one empty line first", "|GET / HTTP/1.1|Host: a||"),
        new("absolute-form", "GET http://a/x HTTP/1.1|Host: a||"),
        new("Expect: 100-continue", "POST / HTTP/1.1|Host: a|Expect: 100-continue|Content-Length: 2||ab"),
        new("empty Host", "GET / HTTP/1.1|Host:||", "an http URI has a host (RFC 9110 4.2.1)"),
        new("no Host", "GET / HTTP/1.1||"),
        new("two Hosts", "GET / HTTP/1.1|Host: a|Host: b||"),
        new("HTTP/2.0 on the line", "GET / HTTP/2.0|Host: a||"),
        new("HTTP/1.2 on the line", "GET / HTTP/1.2|Host: a||",
            "a higher minor version is served as 1.1 (RFC 9110 2.5)"),
        new("space before the colon", "GET / HTTP/1.1|Host: a|X : y||"),
        new("obs-fold", "GET / HTTP/1.1|Host: a|X: y| z||"),
        new("NUL in a value", "GET / HTTP/1.1|Host: a|X: \0||"),
        new("Content-Length twice", "POST / HTTP/1.1|Host: a|Content-Length: 1|Content-Length: 1||x"),
        new("Content-Length: 0x1", "POST / HTTP/1.1|Host: a|Content-Length: 0x1||x"),
        new("unknown coding", "POST / HTTP/1.1|Host: a|Transfer-Encoding: xchunked||0||",
            "501 says what RFC 9112 6.1 asks for"),
        new("chunk size 0x1", "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||0x1|x|0||"),
        new("line of 9 KiB", $"GET /{new string('a', 9216)} HTTP/1.1|Host: a||"),
        new("101 fields", $"GET / HTTP/1.1|Host: a|{string.Concat(Enumerable.Repeat("x: y|", 100))}|"),
        new("`%00` in the target", "GET /%00 HTTP/1.1|Host: a||"),
        new("Content-Length and Transfer-Encoding",
            "POST / HTTP/1.1|Host: a|Content-Length: 4|Transfer-Encoding: chunked||0||", Smuggling),
        new("Content-Length: +1", "POST / HTTP/1.1|Host: a|Content-Length: +1||x", Grammar),
        new("Transfer-Encoding: gzip, chunked",
            "POST / HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked||0||", "nobody decodes it for the handler"),
        new("Transfer-Encoding: chunked, chunked",
            "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked, chunked||0||", Smuggling),
        new("Transfer-Encoding in HTTP/1.0", "POST / HTTP/1.0|Host: a|Transfer-Encoding: chunked||0||", Smuggling),
        new("chunk size of 17 digits",
            "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||10000000000000001|x|0||",
            "the client's fault, not ours"),
        new("lines ended by LF", "GET / HTTP/1.1\nHost: a\n\n", Smuggling),
        new("DEL in a value", "GET / HTTP/1.1|Host: a|X: \u007F||", Grammar),
        new("0xFF in a value", "GET / HTTP/1.1|Host: a|X: \u00FF||",
            "obs-text is allowed; it is never decoded as UTF-8"),
        new("`(` in a name", "GET / HTTP/1.1|Host: a|X(: y||", Grammar),
        new("absolute-form with another Host", "GET http://b/ HTTP/1.1|Host: a||"),
        new("20 empty lines first", $"{new string('|', 20)}GET / HTTP/1.1|Host: a||",
            "a flood of them costs time and says nothing"),
        new("`#` in the target", "GET /a#b HTTP/1.1|Host: a||", Grammar),
    ];
}
