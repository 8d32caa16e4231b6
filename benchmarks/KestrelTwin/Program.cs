using System.Globalization;
using System.Net;
using System.Text;
using Features;
using KestrelTwin;

// The twin of samples/HttpHello on bare Kestrel: no routing, no logging, no configuration, one terminal middleware.
// With a file it is the twin of benchmarks/FeatureServer, in minimal API.
// Usage: KestrelTwin PORT [FILE [--count-rentals]]
if (args is not [var portText, .. var more] || !ushort.TryParse(portText, CultureInfo.InvariantCulture, out var port)
    || more is not ([] or [_] or [_, "--count-rentals"]))
{
    Console.Error.WriteLine("usage: KestrelTwin PORT [FILE [--count-rentals]]");
    return 2;
}

if (more is [_, "--count-rentals"])
    HeldMemory.CountRentals();
if (more is [var file, ..])
{
    await Minimal.RunAsync(port, file);
    return 0;
}

var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Listen(IPAddress.Loopback, port);
    kestrel.Limits.MaxRequestBodySize = null;
});

var app = builder.Build();
app.Run(Twin.AnswerAsync);
await app.StartAsync();
Console.WriteLine($"listening on {string.Join(' ', app.Urls)}");
await app.WaitForShutdownAsync();
return 0;

/// <summary>The answers of the twin, each the plainest that ASP.NET Core offers.</summary>
internal static class Twin
{
    private static readonly byte[] Hello = "Hello, World!"u8.ToArray();

    public static Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        if (path == "/")
            return HelloAsync(context.Response);
        if (path == "/echo" && HttpMethods.IsPost(context.Request.Method))
            return EchoAsync(context);
        if (path == "/boom")
            throw new InvalidOperationException("boom");
        if (TryNumber(path, "/stream/", out var bytes))
            return StreamAsync(context.Response, bytes, context.RequestAborted);
        if (TryNumber(path, "/sleep/", out var milliseconds))
            return SleepAsync(context.Response, TimeSpan.FromMilliseconds(milliseconds), context.RequestAborted);

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    private static Task HelloAsync(HttpResponse response)
    {
        response.ContentType = "text/plain";
        response.ContentLength = Hello.Length;
        return response.Body.WriteAsync(Hello, 0, Hello.Length);
    }

    private static Task EchoAsync(HttpContext context)
    {
        context.Response.ContentType = context.Request.ContentType;
        context.Response.ContentLength = context.Request.ContentLength;
        return context.Request.Body.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static async Task StreamAsync(HttpResponse response, long bytes, CancellationToken aborted)
    {
        var block = new byte[16 * 1024];
        Encoding.ASCII.GetBytes(new string('x', block.Length), block);
        response.ContentType = "application/octet-stream";
        for (var left = bytes; left > 0; left -= block.Length)
            await response.Body.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)), aborted);
    }

    private static async Task SleepAsync(HttpResponse response, TimeSpan time, CancellationToken aborted)
    {
        await Task.Delay(time, aborted);
        await HelloAsync(response);
    }

    private static bool TryNumber(string path, string prefix, out long number)
    {
        number = 0;
        return path.StartsWith(prefix, StringComparison.Ordinal)
            && long.TryParse(path.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }
}
