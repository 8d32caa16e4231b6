using System.Globalization;
using System.Net;
using Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace KestrelTwin;

/// <summary>The twin of benchmarks/FeatureServer: minimal API, routing, no other middleware, no logging.</summary>
internal static class Minimal
{
    public static async Task RunAsync(ushort port, string file)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.Services.AddRouting();
        builder.Services.ConfigureHttpJsonOptions(
            json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, ContentJson.Default));
        var app = builder.Build();
        Map(app, file);
        await app.StartAsync();
        Console.WriteLine($"listening on {string.Join(' ', app.Urls)}");
        await app.WaitForShutdownAsync();
    }

    private static void Map(WebApplication app, string file)
    {
        app.MapGet("/", () => TypedResults.Bytes(Content.Hello, "text/plain"));
        app.MapGet("/json", () => Greeting.Create());
        app.MapGet("/bytes/{size:int}", (int size) => TypedResults.Bytes(Content.Piece[..size]));
        app.MapGet("/file", () => TypedResults.PhysicalFile(file, "application/octet-stream"));
        app.MapGet("/stream/{size:long}", StreamAsync);
        app.MapGet("/headers", (HttpRequest request) => TypedResults.Text(
            $"{request.Headers.UserAgent.ToString().Length} {request.Headers.AcceptLanguage} "
            + $"{request.Headers.Cookie.ToString().Length}"));
        app.MapGet("/events", (CancellationToken aborted) =>
            TypedResults.ServerSentEvents(Content.EventsAsync(aborted)));
        app.MapGet("/memory", () => HeldMemory.Describe());
        app.MapPost("/upload", UploadAsync);
        app.MapPost("/form", FormAsync);
        app.MapPost("/multipart", MultipartAsync);
    }

    private static async Task StreamAsync(long size, HttpResponse response, CancellationToken aborted)
    {
        response.ContentType = "application/octet-stream";
        for (; size > 0; size -= Content.PieceSize)
            await response.Body.WriteAsync(Content.Piece[..(int)Math.Min(size, Content.PieceSize)], aborted);
    }

    private static async Task<string> UploadAsync(HttpRequest request, CancellationToken aborted)
    {
        var total = 0L;
        while (true)
        {
            var read = await request.BodyReader.ReadAsync(aborted);
            total += read.Buffer.Length;
            request.BodyReader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return total.ToString(CultureInfo.InvariantCulture);
        }
    }

    private static async Task<string> FormAsync(HttpRequest request, CancellationToken aborted)
    {
        var form = await request.ReadFormAsync(aborted);
        return $"{form["name"]} {form["city"]} {form["comment"].ToString().Length}";
    }

    private static async Task<string> MultipartAsync(HttpRequest request, CancellationToken aborted)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value!;
        var reader = new MultipartReader(boundary, request.Body);
        var buffer = new byte[Content.PieceSize];
        var total = 0L;
        while (await reader.ReadNextSectionAsync(aborted) is { } section)
        {
            while (await section.Body.ReadAsync(buffer, aborted) is var count and > 0)
                total += count;
        }

        return total.ToString(CultureInfo.InvariantCulture);
    }
}
