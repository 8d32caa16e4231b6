using Aleph.Actors.Http;

namespace Soak.Servers;

/// <summary>Takes a multipart form of two fields and a file, which it gives back.</summary>
internal static class FormServer
{
    public static async ValueTask<HttpResponse> GiveBackAsync(HttpRequest request)
    {
        var form = await request.ReadMultipartFormAsync(cancellationToken: request.Aborted);
        var file = form.Files[0];
        return HttpResponse.Of(HttpBody.From(file.OpenRead(), file.Length), contentType: file.ContentType)
            .WithHeader("X-Fields", string.Join(' ', form.Fields.Select(field => $"{field.Key}={field.Value}")))
            .WithHeader("X-File", $"{file.Name}={file.FileName}");
    }
}
