namespace Aleph.Actors.Http;

/// <summary>The media types of the usual files, by the ending of the name.</summary>
internal static class MediaTypes
{
    public static string OfFile(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".txt" or ".log" => "text/plain",
        ".html" or ".htm" => "text/html",
        ".css" => "text/css",
        ".csv" => "text/csv",
        ".js" or ".mjs" => "text/javascript",
        ".json" => "application/json",
        ".xml" => "application/xml",
        ".pdf" => "application/pdf",
        ".zip" => "application/zip",
        ".gz" => "application/gzip",
        ".png" => "image/png",
        ".jpg" or ".jpeg" => "image/jpeg",
        ".gif" => "image/gif",
        ".webp" => "image/webp",
        ".svg" => "image/svg+xml",
        ".mp4" => "video/mp4",
        ".mp3" => "audio/mpeg",
        _ => "application/octet-stream",
    };
}
