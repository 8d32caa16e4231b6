using System.Net;
using System.Text;
using Aleph.Actors.Http.Files;

namespace Aleph.Actors.Http;

/// <summary>Serves the files of a folder.</summary>
public static class StaticFiles
{
    /// <summary>
    /// A handler that answers GET and HEAD with the files below a folder, by the path of the request: mount it with
    /// <see cref="HttpRoutes.Mount(string, HttpHandler, ReadOnlySpan{HttpMiddleware})"/>. Files are opened on the
    /// thread pool. Ranges and conditions are answered as by <c>HttpResponse.File</c>. There is no way out of the
    /// folder: a path with dot segments, separators of another system, drives, devices, streams or controls is not
    /// there (404), nor is what lies behind a symbolic link.
    /// </summary>
    /// <param name="folder">The folder; it must be there.</param>
    /// <param name="settings">Default <see cref="StaticFilesSettings.Default"/>.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static HttpHandler Of(string folder, StaticFilesSettings? settings = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(root))
            throw new DirectoryNotFoundException($"There is no folder {root}.");
        return new FolderHandler(root, settings ?? StaticFilesSettings.Default).HandleAsync;
    }
}

/// <summary>The handler of one folder.</summary>
internal sealed class FolderHandler(string root, StaticFilesSettings settings)
{
    private static readonly (string Coding, string Extension)[] Variants = [("br", ".br"), ("gzip", ".gz")];

    public async ValueTask<HttpResponse> HandleAsync(HttpRequest request)
    {
        if (request.Method is not (HttpMethods.Get or HttpMethods.Head))
            return HttpResponse.Of(HttpStatus.MethodNotAllowed).WithHeader("Allow", "GET, HEAD, OPTIONS");

        // Looking at files may block, and handlers may be called on a connection's turn.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            return Find(request) ?? NotFound();
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            // It went away, or is not for us to read: to the client that is the same.
            return NotFound();
        }
    }

    private static HttpResponse NotFound() => HttpResponse.Text("There is no such file.", HttpStatus.NotFound);

    private HttpResponse? Find(HttpRequest request)
    {
        if (SafePath.Resolve(root, request.Path, settings) is not { } path)
            return null;
        if (Directory.Exists(path))
            return Folder(request, path);
        return request.Path.EndsWith('/') || !IsServed(path) ? null : Answer(request, path);
    }

    private HttpResponse? Folder(HttpRequest request, string path)
    {
        // So that links in the page lead below the folder. A relative reference cannot lead to another host.
        var target = request.Target.AsSpan();
        var query = target.IndexOf('?');
        var sent = query < 0 ? target : target[..query];
        var index = settings.IndexFiles.Select(x => Path.Combine(path, x)).FirstOrDefault(IsServed);
        if (index is null && !settings.ListFolders)
            return null;
        if (!sent.EndsWith("/"))
        {
            var last = sent[(sent.LastIndexOf('/') + 1)..];
            return HttpResponse.Redirect($"./{last}/{(query < 0 ? "" : target[query..])}", 301);
        }

        return index is not null ? Answer(request, index) : List(path);
    }

    private bool IsServed(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && (settings.FollowLinks || file.LinkTarget is null)
            && (file.Attributes & (FileAttributes.Directory | FileAttributes.Device)) == 0;
    }

    private HttpResponse Answer(HttpRequest request, string path)
    {
        var type = settings.ContentTypes.Of(path);
        var variants = settings.Precompressed ? [.. Variants.Where(x => IsServed(path + x.Extension))] : Variants[..0];
        if (variants.Length == 0)
            return Open(path, type, null).For(request);
        var accepted = QualityList.Parse(request.Headers["Accept-Encoding"] ?? "");
        var best = variants.Where(x => QualityOf(accepted, x.Coding) > 0).DefaultIfEmpty()
            .MaxBy(x => x.Coding is null ? 0 : QualityOf(accepted, x.Coding));
        return Open(path + best.Extension, type, best.Coding).For(request).WithHeader("Vary", "Accept-Encoding");
    }

    /// <summary>
    /// Pipes, sockets and devices have no length. What has none is not opened, which could block for ever, and answers
    /// as an empty file.
    /// </summary>
    private FileAnswer Open(string path, string type, string? coding) => new FileInfo(path) is { Length: 0 } empty
        ? FileAnswer.Empty(empty, type, coding, settings.CacheControl)
        : FileAnswer.Open(path, type, coding, settings.CacheControl);

    private static int QualityOf(QualityList accepted, string coding) =>
        accepted.Find(coding) ?? accepted.Find("*") ?? 0;

    private HttpResponse List(string path)
    {
        var html = new StringBuilder("<!doctype html>\n<meta charset=utf-8>\n<title>Files</title>\n<ul>\n");
        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos().OrderBy(x => x.Name,
            StringComparer.Ordinal))
        {
            if (!SafePath.IsName(entry.Name, settings.HiddenFiles)
                || (entry.LinkTarget is not null && !settings.FollowLinks))
                continue;
            var slash = entry is DirectoryInfo ? "/" : "";
            html.Append("<li><a href=\"./").Append(Uri.EscapeDataString(entry.Name)).Append(slash).Append("\">")
                .Append(WebUtility.HtmlEncode(entry.Name)).Append(slash).Append("</a>\n");
        }

        return HttpResponse.Text(html.Append("</ul>\n").ToString(), contentType: "text/html; charset=utf-8");
    }
}
