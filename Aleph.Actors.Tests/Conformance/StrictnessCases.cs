namespace Aleph.Actors.Tests.Conformance;

/// <summary>
/// Hostile requests and what they must give: the statuses allowed, after which the connection is closed; 200 stands for
/// a connection that serves on. In the text <c>|</c> is CRLF.
/// </summary>
internal sealed record StrictnessCase(string Wire, params int[] Allowed)
{
    private const string Chunked = "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||";

    public static IReadOnlyDictionary<string, StrictnessCase> All { get; } = Build();

    private static Dictionary<string, StrictnessCase> Build()
    {
        var all = new Dictionary<string, StrictnessCase>();
        AddLengths(all);
        AddEncodings(all);
        AddChunks(all);
        AddFields(all);
        AddTargets(all);
        AddHosts(all);
        AddLines(all);
        AddFloods(all);
        return all;
    }

    private static void AddLengths(Dictionary<string, StrictnessCase> all)
    {
        all["length and encoding"] = new(
            "POST / HTTP/1.1|Host: a|Content-Length: 4|Transfer-Encoding: chunked||0||", 400);
        foreach (var bad in (string[])[
            "+5", "-0", "-5", "0x5", "5;x", "5 5", "5,6", "5, 5", "", "5\t5", "5.0", "1e1",
            new string('9', 30), new string('9', 20)])
        {
            all[$"length '{bad}'"] = new($"POST / HTTP/1.1|Host: a|Content-Length: {bad}||hello", 400);
        }

        all["length of 19 digits"] = new(
            $"POST / HTTP/1.1|Host: a|Content-Length: {new string('1', 19)}||hello", 400, 413);
        all["length twice, same"] = new("POST / HTTP/1.1|Host: a|Content-Length: 5|Content-Length: 5||hello", 400);
        all["length twice, other"] = new("POST / HTTP/1.1|Host: a|Content-Length: 5|Content-Length: 6||hello", 400);
        all["length with a space before the colon"] = new("POST / HTTP/1.1|Host: a|Content-Length : 5||hello", 400);
    }

    private static void AddEncodings(Dictionary<string, StrictnessCase> all)
    {
        foreach (var bad in (string[])[
            "xchunked", "identity", "chunked, identity", "\vchunked", "chunked, chunked", "gzip, chunked", "",
            "chunked;x", "\"chunked\"", "chunked x", "gzip"])
        {
            all[$"encoding '{bad}'"] = new($"POST / HTTP/1.1|Host: a|Transfer-Encoding: {bad}||0||", 400, 501);
        }

        all["encoding of gzip and chunked"] = new("POST / HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked||0||", 501);
        all["encoding on two lines"] = new(
            "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Transfer-Encoding: chunked||0||", 400, 501);
        all["encoding on two lines, one unknown"] = new(
            "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Transfer-Encoding: x||0||", 400, 501);
        all["encoding in HTTP/1.0"] = new("POST / HTTP/1.0|Host: a|Transfer-Encoding: chunked||0||", 400);
    }

    private static void AddChunks(Dictionary<string, StrictnessCase> all)
    {
        foreach (var bad in (string[])[
            "0x1", "+1", "-1", "1_0", " 1", "1 x", "g", "", "10000000000000001", "FFFFFFFFFFFFFFFF",
            "8000000000000000"])
        {
            all[$"chunk size '{bad}'"] = new($"{Chunked}{bad}|x|0||", 400, 413);
        }

        all["chunk size of 100,000 zeros"] = new($"{Chunked}{new string('0', 100_000)}1|x|0||", 400);
        all["chunk line ended by LF"] = new($"{Chunked}1\nx|0||", 400);
        all["chunk extension ended by LF"] = new($"{Chunked}1;\nx|0||", 400);
        all["chunk extension with a bare CR"] = new($"{Chunked}1;a\rb|x|0||", 400);
        all["chunk data ended by LF"] = new($"{Chunked}1|x\n0||", 400);
        all["chunk data longer than said"] = new($"{Chunked}1|xXX0||", 400);
        all["chunk extension with a line break in quotes"] = new($"{Chunked}1;a=\"|x|0||", 400);
        all["chunk extensions for ever"] = new($"{Chunked}1;{new string('e', 900_000)}", 400, 413);
        all["chunk extensions of 16 KB, repeated"] = new(
            Chunked + string.Concat(Enumerable.Repeat($"1;{new string('e', 16 * 1024)}|x|", 60)), 400, 413);
        all["trailer of 40 KB"] = new($"{Chunked}0|x: {new string('t', 40 * 1024)}||", 400, 431);
        all["100,000 trailers"] = new($"{Chunked}0|{string.Concat(Enumerable.Repeat("x: y|", 100_000))}|", 400, 431);
        all["trailer Content-Length"] = new($"{Chunked}0|Content-Length: 5||", 400);
        all["trailer with a space before the colon"] = new($"{Chunked}0|x : y||", 400);
    }

    private static void AddFields(Dictionary<string, StrictnessCase> all)
    {
        foreach (var (name, line) in (IEnumerable<(string, string)>)[
            ("bare CR in a value", "X: a\rb"), ("bare CR before a field", "X: a\rHost: b"),
            ("NUL in a value", "X: a\0b"),
            ("0x01 in a value", "X: a\u0001b"), ("DEL in a value", "X: a\u007Fb"), ("NUL in a name", "X\0: a"),
            ("a space in a name", "X y: a"), ("0x80 in a name", "X\u0080: a"), ("( in a name", "X(: a"),
            ("[] in a name", "X[]: a"), ("a tab before the colon", "X\t: a"), ("an empty name", ": a"),
            ("a line without colon", "X"), ("obs-fold", "X: a| b"), ("obs-fold with a tab", "X: a|\tb"),
            ("a leading space", " X: a"), ("CRLF CR", "X: a|\rY: b"), ("a bare LF", "X: a\nY: b")])
        {
            all[$"field with {name}"] = new($"GET / HTTP/1.1|Host: a|{line}||", 400);
        }

        all["first field folded"] = new("GET / HTTP/1.1| Host: a|Host: a||", 400);
        all["field with 0xFF in its value"] = new("GET / HTTP/1.1|Host: a|X: \u00FF||", 200);
        foreach (var length in (int[])[256, 32_768 + 14, 65_536])
        {
            all[$"name of {length} octets before a length"] = new(
                $"POST / HTTP/1.1|Host: a|{new string('n', length)}:|Content-Length: 5||hello",
                length == 256 ? [200] : [431, 400]);
        }

        all["101 fields"] = new($"GET / HTTP/1.1|Host: a|{string.Concat(Enumerable.Repeat("x: y|", 100))}|", 431);
        all["100 fields"] = new($"GET / HTTP/1.1|Host: a|{string.Concat(Enumerable.Repeat("x: y|", 99))}|", 200);
    }

    private static void AddTargets(Dictionary<string, StrictnessCase> all)
    {
        foreach (var bad in (string[])[
            "/a#b", "/a\0", "/a b", "/\u0080", "/%00", "/%2e%2e/%00", "a", "", "/%zz", "/%1", "/\u0001", "/a\tb",
            "/\u007F"])
        {
            all[$"target '{bad}'"] = new($"GET {bad} HTTP/1.1|Host: a||", 400);
        }

        foreach (var odd in (string[])["/%2e%2e/%2e%2e/etc/passwd", "/%c0%ae%c0%ae/", "/..\\..\\", "/../../etc/passwd"])
            all[$"target '{odd}'"] = new($"GET {odd} HTTP/1.1|Host: a||", 400, 404, 200);
    }

    private static void AddHosts(Dictionary<string, StrictnessCase> all)
    {
        all["no host"] = new("GET / HTTP/1.1||", 400);
        all["two hosts"] = new("GET / HTTP/1.1|Host: a|Host: a||", 400);
        foreach (var bad in (string[])["a/b", "a@b", "a b", "a:b", "a?b", "a#b", "[::1", "a:99999999999"])
            all[$"host '{bad}'"] = new($"GET / HTTP/1.1|Host: {bad}||", 400);
        all["absolute-form with another host"] = new("GET http://b/ HTTP/1.1|Host: a||", 400, 200);
    }

    private static void AddLines(Dictionary<string, StrictnessCase> all)
    {
        all["lines ended by LF"] = new("GET / HTTP/1.1\nHost: a\n\n", 400);
        all["request line ended by CR"] = new("GET / HTTP/1.1\rHost: a||", 400);
        all["HTTP/2.0 on the line"] = new("GET / HTTP/2.0|Host: a||", 505);
        all["HTTP/1.1x on the line"] = new("GET / HTTP/1.1x|Host: a||", 400);
        all["http/1.1 on the line"] = new("GET / http/1.1|Host: a||", 400);
        all["HTTP/2 preface"] = new("PRI * HTTP/2.0||SM||", 400, 505);
        all["TLS on a plain port"] = new("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00FC\u0003\u0003", 400);
        all["two spaces on the line"] = new("GET  / HTTP/1.1|Host: a||", 400);
        all["a space before the method"] = new(" GET / HTTP/1.1|Host: a||", 400);
        all["nine empty lines first"] = new("|||||||||GET / HTTP/1.1|Host: a||", 400);
        all["eight empty lines first"] = new("||||||||GET / HTTP/1.1|Host: a||", 200);
        all["a line of 9 KiB"] = new($"GET /{new string('a', 9 * 1024)} HTTP/1.1|Host: a||", 414);
        all["unread content, then a request"] = new("POST /plaintext HTTP/1.1|Host: a|Content-Length: 5||hello", 200);
        all["content above the limit"] = new("POST / HTTP/1.1|Host: a|Content-Length: 30000001||hello", 413);
    }

    private static void AddFloods(Dictionary<string, StrictnessCase> all)
    {
        all["User-Agent of 16,000 parentheses"] = new(
            $"GET / HTTP/1.1|Host: a|User-Agent: {new string('(', 16_000)}||", 200);
        all["Accept of 8,000 commas"] = new($"GET / HTTP/1.1|Host: a|Accept: {new string(',', 8_000)}||", 200);
        all["Cookie of 5,000 semicolons"] = new($"GET / HTTP/1.1|Host: a|Cookie: {new string(';', 5_000)}||", 200);
        all["Connection of 8,000 commas"] = new(
            $"GET / HTTP/1.1|Host: a|Connection: {new string(',', 8_000)}||", 200, 400);
        all["Sec-WebSocket-Protocol of 8,000 spaces"] = new(
            $"GET / HTTP/1.1|Host: a|Sec-WebSocket-Protocol: a{new string(' ', 8_000)}b||", 200);
    }
}
