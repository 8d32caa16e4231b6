using System.Globalization;
using System.Text;
using Aleph.Actors.Http;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The code of docs/guide/files.md and docs/guide/uploads.md.</summary>
internal static class FilesAndUploadsExamples
{
    public static HttpRoutes ServeFolder(string folder) => new HttpRoutes()
        .Mount("/files", StaticFiles.Of(folder, new StaticFilesSettings { CacheControl = "max-age=60" }));

    public static HttpHandler Compressed(HttpHandler handler) => handler.Inside(
        CompressionMiddleware.Compress(new CompressionSettings { MinimumSize = 500 }),
        CompressionMiddleware.Decompress(new DecompressionSettings { MaxSize = 1_000_000 }));

    public static async ValueTask<HttpResponse> CountAsync(HttpRequest request)
    {
        var lines = new StringBuilder();
        await foreach (var part in request.ReadPartsAsync())
        {
            var length = 0L;
            await foreach (var element in part.Body.ReadElementsAsync())
                length += element.Length;
            lines.Append(CultureInfo.InvariantCulture, $"{part.Name} {part.FileName} {length}\n");
        }

        return HttpResponse.Text(lines.ToString());
    }

    public static async ValueTask<HttpResponse> ReceiveAsync(HttpRequest request)
    {
        var form = await request.ReadMultipartFormAsync(new MultipartSettings { MemoryThreshold = 10_000 });
        var files = form.Files.Select(file => $"{file.FileName}: {file.Length} bytes");
        return HttpResponse.Text($"{form.Fields["title"]}\n{string.Join('\n', files)}");
    }
}
