using Aleph.Actors.Http;

namespace HttpFeatures;

/// <summary>A folder that is served, and uploads.</summary>
internal static class Uploads
{
    public static void Map(HttpRoutes routes) => routes
        .Mount("/files", StaticFiles.Of(AppContext.BaseDirectory, new StaticFilesSettings { ListFolders = true }))
        .Post("/upload", UploadAsync);

    private static async ValueTask<HttpResponse> UploadAsync(HttpRequest request)
    {
        var form = await request.ReadMultipartFormAsync();
        return HttpResponse.Text(
            string.Concat(form.Fields.Select(field => $"{field.Key} = {field.Value}\n"))
            + string.Concat(form.Files.Select(file => $"{file.FileName}: {file.Length} bytes\n")));
    }
}
