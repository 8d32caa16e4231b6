using System.Text;
using Soak.Servers;

namespace Soak.Hostile;

/// <summary>
/// Requests that are framed in two ways, or in none (RFC 9112 11.2): refused, closed, and nothing behind them is taken
/// for another request.
/// </summary>
internal sealed class BadRequests(SoakServer server) : IAttack
{
    private const string Smuggled = "GET /bytes/1/5 HTTP/1.1|Host: a||";

    private static readonly string[] Requests =
    [
        Post("Content-Length: 4|Transfer-Encoding: chunked", "0||"),
        Post("Transfer-Encoding: xchunked", "0||"),
        Post("Transfer-Encoding: chunked, chunked", "0||"),
        Post("Transfer-Encoding: \u000bchunked", "0||"),
        Post("Content-Length: +5", "hello"),
        Post("Content-Length: 5,6", "hello"),
        Post("Content-Length: ", "hello"),
        Post("Content-Length: 5|Content-Length: 6", "hello"),
        Post("Transfer-Encoding: chunked", "10000000000000001|x|0||"),
        Post("Transfer-Encoding: chunked", "-1|x|0||"),
        Post("Transfer-Encoding: chunked", "1;\nx|0||"),
        Post("Transfer-Encoding: chunked", "1;a=\"|x|0||"),
        Post("Transfer-Encoding: chunked", "1|xXX0||"),
        Post("Content-Length : 5", "hello"),
        Post("X[]: a", ""),
        Post("X: a\rb: c", ""),
        "GET /a#b HTTP/1.1|Host: a||",
        "GET /a b HTTP/1.1|Host: a||",
        "GET / HTTP/1.1||",
        "GET / HTTP/1.1|Host: a|Host: b||",
        "GET / HTTP/1.1|Host: a/b||",
        "GET / HTTP/9.9|Host: a||",
        "\n\n\n\n\n\n\n\n\n\n\n\nGET / HTTP/1.1|Host: a||",
    ];

    public string Name => "requests framed in two ways, or none";

    public string Target => server.Name;

    public async Task RunAsync(Random random)
    {
        var request = Requests[random.Next(Requests.Length)];
        using var peer = await RawPeer.ConnectAsync(server.EndPoint);
        await peer.SendAsync(request + Smuggled);
        var answer = Encoding.Latin1.GetString((await peer.ReadToEndAsync()).Bytes);
        var isRefused = answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal)
            || answer.StartsWith("HTTP/1.1 5", StringComparison.Ordinal);
        if (!isRefused || answer.Contains("HTTP/1.1 200", StringComparison.Ordinal))
            throw new NotEnduredException($"{request.ReplaceLineEndings(" ")} was answered with '{answer}'");
    }

    private static string Post(string field, string body) => $"POST /digest HTTP/1.1|Host: a|{field}||{body}";
}
