using System.Globalization;
using Aleph.Actors.Http;
using Features;

namespace FeatureServer;

/// <summary>Each route is the plainest way that the library offers.</summary>
internal static class Routes
{
    private static readonly HttpHeaders PlainText = HttpHeaders.Of(("Content-Type", "text/plain"));
    private static readonly HttpBody HelloBody = HttpBody.From(Content.Hello);

    private static readonly MultipartSettings AnySize =
        MultipartSettings.Default with { MaxPartSize = null, MaxTotalSize = null };

    public static HttpRoutes Of(string file) => new HttpRoutes()
        .Get("/", _ => Hello())
        .Get("/json", _ => HttpResponse.Json(Greeting.Create(), ContentJson.Default.Greeting))
        .Get("/bytes/{size:int}", request => HttpResponse.Bytes(Content.Piece[..Size(request)]))
        .Get("/file", _ => HttpResponse.File(file, "application/octet-stream"))
        .Get("/stream/{size:long}", request =>
            HttpResponse.Of(HttpBody.From(Pieces(request.RouteValues().Get<long>("size")))))
        .Get("/headers", Headers)
        .Get("/events", request => HttpResponse.Events(Content.EventsAsync(request.Aborted)))
        .Get("/memory", _ => HttpResponse.Text(HeldMemory.Describe()))
        .Post("/upload", UploadAsync)
        .Post("/form", FormAsync)
        .Post("/multipart", MultipartAsync);

    private static HttpResponse Hello() => new(HttpStatus.Ok, PlainText, HelloBody);

    private static int Size(HttpRequest request) => request.RouteValues().Get<int>("size");

    private static HttpResponse Headers(HttpRequest request) => HttpResponse.Text(
        $"{request.Headers["User-Agent"]?.Length} {request.Headers["Accept-Language"]} "
        + $"{request.Headers["Cookie"]?.Length}");

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Pieces(long bytes)
    {
        for (; bytes > 0; bytes -= Content.PieceSize)
            yield return Content.Piece[..(int)Math.Min(bytes, Content.PieceSize)];
        await Task.CompletedTask;
    }

    private static async ValueTask<HttpResponse> UploadAsync(HttpRequest request)
    {
        var total = 0L;
        await foreach (var element in request.Body.ReadElementsAsync())
            total += element.Length;
        return HttpResponse.Text(total.ToString(CultureInfo.InvariantCulture));
    }

    private static async ValueTask<HttpResponse> FormAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        return HttpResponse.Text($"{form["name"]} {form["city"]} {form["comment"]?.Length}");
    }

    private static async ValueTask<HttpResponse> MultipartAsync(HttpRequest request)
    {
        var total = 0L;
        await foreach (var part in request.ReadPartsAsync(AnySize))
        {
            await foreach (var element in part.Body.ReadElementsAsync())
                total += element.Length;
        }

        return HttpResponse.Text(total.ToString(CultureInfo.InvariantCulture));
    }
}
