using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Aleph.Actors.Http.Files;

/// <summary>An open file and what is known of it; owned by whoever makes an answer of it.</summary>
internal sealed class FileAnswer
{
    private readonly SafeFileHandle? _file;
    private readonly DateTimeOffset _modified;
    private readonly long _length;
    private readonly HttpHeaders _headers;
    private readonly string _etag;

    private FileAnswer(
        SafeFileHandle? file, long length, DateTimeOffset written, string contentType, string? coding,
        string? cacheControl)
    {
        _file = file;
        _length = length;
        _modified = HttpConditions.Seconds(written);
        var suffix = coding is null ? "" : "-" + coding;
        _etag = string.Create(CultureInfo.InvariantCulture, $"\"{written.UtcTicks:x}-{_length:x}{suffix}\"");
        _headers = HttpHeaders.Of(
            ("Content-Type", contentType), ("Accept-Ranges", "bytes"), ("ETag", _etag),
            ("Last-Modified", _modified.ToString("r", CultureInfo.InvariantCulture)));
        if (coding is not null)
            _headers = _headers.Add("Content-Encoding", coding);
        if (cacheControl is not null)
            _headers = _headers.Add("Cache-Control", cacheControl);
    }

    /// <exception cref="IOException">It is not there or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static FileAnswer Open(string path, string contentType, string? coding = null, string? cacheControl = null)
    {
        var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            return new FileAnswer(
                file, RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file), contentType, coding, cacheControl);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>A file without content, which is not opened.</summary>
    public static FileAnswer Empty(FileInfo file, string contentType, string? coding, string? cacheControl) =>
        new(null, 0, file.LastWriteTimeUtc, contentType, coding, cacheControl);

    /// <summary>The whole file, whatever was asked.</summary>
    public HttpResponse Whole() => new(HttpStatus.Ok, _headers, Body([new(default, new ByteRange(0, _length))]));

    /// <summary>A part of the file, as a body of its own.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The file is shorter.</exception>
    public HttpResponse Part(long offset, long length)
    {
        if (offset > _length - length)
        {
            _file?.Dispose();
            throw new ArgumentOutOfRangeException(
                nameof(offset), offset, $"The file has {_length} bytes; {length} from {offset} are past its end.");
        }

        var headers = _headers.Without("ETag").Without("Accept-Ranges");
        return new(HttpStatus.Ok, headers, Body([new(default, new ByteRange(offset, length))]));
    }

    /// <summary>What a GET or HEAD with these fields gets.</summary>
    public HttpResponse For(HttpRequest request)
    {
        if (HttpConditions.Check(request.Headers, _etag, _modified) is { } status)
        {
            _file?.Dispose();
            return new(status, status.Code == 304 ? _headers.Without("Content-Type") : null);
        }

        var ranges = request.Method == HttpMethods.Get
            && HttpConditions.RangeCounts(request.Headers, _etag, _modified)
            ? ByteRanges.Parse(request.Headers["Range"], _length)
            : null;
        return ranges switch
        {
            null => Whole(),
            [] => OutOfRange(),
            [var range] => new(
                206, _headers.Add("Content-Range", ContentRange(range)), Body([new(default, range)])),
            _ => Several(ranges),
        };
    }

    private HttpResponse OutOfRange()
    {
        _file?.Dispose();
        return new(416, HttpHeaders.Of(("Content-Range", $"bytes */{_length}")));
    }

    /// <summary>RFC 9110 14.6: each range is a part with its own Content-Range.</summary>
    private HttpResponse Several(ByteRange[] ranges)
    {
        var boundary = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var type = _headers["Content-Type"];
        var parts = ranges.Select((range, index) => new FilePart(
            Encoding.ASCII.GetBytes(
                $"{(index == 0 ? "" : "\r\n")}--{boundary}\r\nContent-Type: {type}\r\n"
                + $"Content-Range: {ContentRange(range)}\r\n\r\n"),
            range)).ToArray();
        return new(
            206, _headers.With("Content-Type", $"multipart/byteranges; boundary={boundary}"),
            Body(parts, Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n")));
    }

    private string ContentRange(ByteRange range) => string.Create(
        CultureInfo.InvariantCulture, $"bytes {range.Offset}-{range.Offset + range.Length - 1}/{_length}");

    private HttpBody Body(FilePart[] parts, ReadOnlyMemory<byte> after = default) =>
        _file is null ? HttpBody.Empty : new FileBody(_file, parts, after);
}
