using System.Security.Cryptography;
using Aleph.Actors.Http;

namespace Showcase;

/// <summary>Keeps the last few files that pages sent, until the end of the process. Any thread.</summary>
internal sealed class Uploads : IDisposable
{
    /// <summary>The largest file, in bytes.</summary>
    public const long Limit = 512L << 20;

    private const int Kept = 8;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("showcase-");
    private readonly Lock _lock = new();
    private readonly Queue<(long Id, string Name)> _files = new();
    private long _ids;

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Takes the body as a file.</summary>
    public async ValueTask<HttpResponse> TakeAsync(HttpRequest request)
    {
        var name = request.RouteValues()["name"]!;
        var id = Interlocked.Increment(ref _ids);
        long length;
        byte[] hash;
        await using (var file = new FileStream(PathOf(id), FileMode.CreateNew, FileAccess.ReadWrite))
        {
            await using var body = request.Body.AsStream();
            await body.CopyToAsync(file, request.Aborted);
            length = file.Position;
            file.Position = 0;
            hash = await SHA256.HashDataAsync(file, request.Aborted);
        }

        Keep(id, name);
        var url = $"/files/{id}/{Uri.EscapeDataString(name)}";
        return HttpResponse.Json(
            new UploadView(name, length, Convert.ToHexStringLower(hash), url), PictureJson.Default.UploadView, 201)
            .WithHeader("Location", url);
    }

    /// <summary>Gives it back. As an attachment: what others sent must not run as part of this page.</summary>
    public HttpResponse Give(HttpRequest request)
    {
        var id = request.RouteValues().Get<long>("id");
        lock (_lock)
        {
            if (_files.All(file => file.Id != id))
                return HttpResponse.Problem(404, "There is no such file, or no longer.");
        }

        return HttpResponse.File(PathOf(id), request, "application/octet-stream")
            .WithHeader("Content-Disposition", "attachment")
            .WithHeader("X-Content-Type-Options", "nosniff");
    }

    private void Keep(long id, string name)
    {
        lock (_lock)
        {
            _files.Enqueue((id, name));
            while (_files.Count > Kept)
                File.Delete(PathOf(_files.Dequeue().Id));
        }
    }

    private string PathOf(long id) => Path.Combine(_folder.FullName, $"{id}");
}
