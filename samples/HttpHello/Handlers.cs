using System.Globalization;
using Aleph.Actors.Http;

namespace HttpHello;

/// <summary>What the sample answers.</summary>
internal static class Handlers
{
    private const int ElementSize = 64 * 1024;

    private static readonly HttpHeaders PlainText = HttpHeaders.Of(("Content-Type", "text/plain"));
    private static readonly HttpBody HelloBody = HttpBody.From("Hello, World!"u8.ToArray());
    private static readonly byte[] Filler = [.. Enumerable.Repeat((byte)'x', ElementSize)];

    /// <summary>The paths of the sample; any other is 404.</summary>
    public static HttpServerHandler Hello() => HttpServerHandler.Of(request => (request.Method, request.Path) switch
    {
        ("GET" or "HEAD", "/") => new(Plain()),
        ("POST", "/echo") => new(HttpResponse.Of(request.Body, contentType: request.Headers["Content-Type"])),
        ("GET" or "HEAD", "/boom") => throw new InvalidOperationException("boom"),
        ("GET" or "HEAD", var path) when TryReadNumber(path, "/stream/", out var bytes) => new(Stream(bytes)),
        ("GET" or "HEAD", var path) when TryReadNumber(path, "/sleep/", out var ms) => SleepAsync(ms, request),
        _ => new(HttpResponse.Text("Not found", HttpStatus.NotFound)),
    });

    /// <summary>Answers every method and path with the request's body, but for a few paths.</summary>
    public static HttpServerHandler Any() => HttpServerHandler.Of(request => request.Path switch
    {
        "/plaintext" => new(Plain()),
        "/big" when TryReadNumber(request.Query, "n=", out var bytes) => new(Stream(bytes, bytes)),
        "/sleep" when TryReadNumber(request.Query, "ms=", out var ms) => SleepAsync(ms, request),

        // Here 200 promises a tunnel (RFC 9110 9.3.6), so that is what it gets: one to an echo.
        _ when request.Method == HttpMethods.Connect => new(
            HttpResponse.Tunnel(tunnel => tunnel.Input.CopyToAsync(tunnel.Output))),
        _ => EchoWholeAsync(request),
    });

    private static HttpResponse Plain() => new(HttpStatus.Ok, PlainText, HelloBody);

    private static HttpResponse Stream(long bytes, long? length = null) =>
        HttpResponse.Of(HttpBody.From(Fill(bytes), length));

    private static async ValueTask<HttpResponse> SleepAsync(long milliseconds, HttpRequest request)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), request.Aborted);
        return Plain();
    }

    private static async ValueTask<HttpResponse> EchoWholeAsync(HttpRequest request) =>
        HttpResponse.Bytes(
            await request.Body.ReadBytesAsync(int.MaxValue), contentType: request.Headers["Content-Type"]);

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Fill(long bytes)
    {
        for (; bytes > 0; bytes -= ElementSize)
            yield return Filler.AsMemory(0, (int)Math.Min(bytes, ElementSize));
        await Task.CompletedTask;
    }

    private static bool TryReadNumber(string? text, string prefix, out long number)
    {
        number = 0;
        return text is not null && text.StartsWith(prefix, StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && number <= (prefix is "/sleep/" or "ms=" ? int.MaxValue : long.MaxValue);
    }
}
